/** Codes of the console's own, beside those of the service (docs/errors.md). */
export type OwnErrorCode = 'unreachable' | 'unexpected_answer';

export interface ErrorIssue {
  /** JSON pointer into what was sent. */
  readonly path: string;
  readonly message: string;
}

/** Why a request was not done, as a problem of the service or as what kept it from being asked. */
export class ConsoleError extends Error {
  override readonly name = 'ConsoleError';

  constructor(
    /** A code of the service's catalogue, or one of the console's own. */
    readonly code: string,
    message: string,
    /** The HTTP status; 0 where no answer came. */
    readonly status: number,
    readonly issues: readonly ErrorIssue[] = [],
    /** What else the problem says, such as the revision that a conflict is about. */
    readonly extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** Whether the page may ask for a key now. */
export function needsSignIn(error: unknown): boolean {
  return error instanceof ConsoleError && error.status === 401;
}

/** In words for people. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'Something unexpected has happened.';
}
