import { ERROR_CATALOGUE, type ErrorCode } from './error-catalogue';

export interface ErrorIssue {
  /** Where in the request or file, as a JSON pointer (`/ops/0/role`) or a variable's name. */
  readonly path: string;
  readonly message: string;
}

export interface ParleyErrorOptions {
  readonly cause?: unknown;
  readonly errors?: readonly ErrorIssue[];
}

/**
 * The one error family. `code` is stable and public (docs/errors.md); `retryable` says whether the same
 * request can succeed later unchanged. Messages never carry secrets, transcripts or profile data.
 */
export class ParleyError extends Error {
  override readonly name = 'ParleyError';
  readonly retryable: boolean;
  readonly errors: readonly ErrorIssue[] | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: ParleyErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryable = ERROR_CATALOGUE[code].retryable;
    this.errors = options.errors;
  }
}

export function isParleyError(error: unknown, code?: ErrorCode): error is ParleyError {
  return error instanceof ParleyError && (code === undefined || error.code === code);
}
