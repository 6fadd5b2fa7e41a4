import { isParleyError } from '../parley-error';

/** What of an error may be logged. */
export interface ErrorDescription {
  readonly name: string;
  readonly code?: string;
  readonly message?: string;
  readonly at?: string;
  readonly cause?: ErrorDescription;
}

/** Causes deeper than this add nothing. */
const MAX_CAUSES = 4;

/**
 * An error without what it may quote. Messages of our own family are made to be shown; those of libraries and of the
 * engine can hold what a caller said (a parser quotes its input, a Redis client the command), so of them only name,
 * code and the place in the code remain.
 */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { name: typeof error };
  const { code } = error as { code?: unknown };
  const at = isParleyError(error) ? undefined : firstFrame(error);
  return {
    name: error.name,
    ...(typeof code === 'string' && { code }),
    ...(isParleyError(error) && { message: error.message }),
    ...(at !== undefined && { at }),
    ...(error.cause !== undefined && depth < MAX_CAUSES && { cause: describeError(error.cause, depth + 1) }),
  };
}

/** The stack begins with the message, which can have lines that look like a place in the code. */
function firstFrame({ stack, message }: Error): string | undefined {
  return String(stack ?? '')
    .replace(String(message), '')
    .split('\n')
    .find((line) => /^\s+at /.test(line))
    ?.trim();
}
