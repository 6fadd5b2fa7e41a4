import type { ErrorCode } from '../../../common/error-catalogue';
import { ParleyError } from '../../../common/parley-error';

/** What the maker says of a failure. Its message can quote the conversation, so nobody reads it. */
export interface WireFailure {
  readonly type?: string | null;
  readonly code?: string | null;
  readonly param?: string | null;
}

/** What can succeed later, unchanged, by the maker's type or code. */
const PASSING = new Set([
  'server_error',
  'internal_error',
  'rate_limit_exceeded',
  'rate_limit_error',
  'session_expired',
  'service_unavailable',
]);

/** A failure that the model tells of, by its codes alone. */
export function failureOf(failure: WireFailure, what: string): ParleyError {
  const isPassing = [failure.type, failure.code].some((name) => PASSING.has(name ?? ''));
  const reason = reasonOf(failure);
  const place = identifier(failure.param);
  const detail = [reason, place && `at ${place}`].filter(Boolean).join(' ');
  return new ParleyError(
    isPassing ? 'model_unavailable' : 'model_refused',
    `The model ${isPassing ? 'could not do' : 'refused'} ${what}${detail && ` (${detail})`}.`,
  );
}

export function reasonOf({ code, type }: WireFailure): string | undefined {
  return identifier(code) ?? identifier(type);
}

/** The answer to a connection that was not let in. */
export function refusedUpgrade(status: number): ParleyError {
  return new ParleyError(codeOf(status), `The model answered the connection with ${status}.`);
}

function codeOf(status: number): ErrorCode {
  if (status === 408 || status === 504) return 'model_timeout';
  return status === 429 || status >= 500 ? 'model_unavailable' : 'model_refused';
}

/** A name of the maker's; anything else could be a piece of the conversation. */
function identifier(name: string | null | undefined): string | undefined {
  return name && /^[\w.[\]-]{1,64}$/.test(name) ? name : undefined;
}
