import type { LiveIssue } from './live-frames';

/** Codes of the client's own; all others are the service's (docs/errors.md). */
export type ClientErrorCode =
  /** `connect()` has not been called, or `close()` has. */
  | 'client_closed'
  /** There was no connection for as long as the client may wait for one. */
  | 'connection_lost'
  /** As many batches as the client may hold are waiting to become durable. */
  | 'too_many_pending'
  /** A batch with this id is on its way already. */
  | 'batch_pending'
  /** The session is attached already. */
  | 'already_attached'
  /** The session was detached here, or closed by the service. */
  | 'session_closed'
  /** The batch may or may not have been applied, and so much has happened since that it can't be told any more. */
  | 'outcome_unknown'
  /** The address answers, and has no live channel. */
  | 'no_channel'
  /** The service let nobody in with this key or ticket. */
  | 'unauthorized';

/** Why something was not done. Its message holds names and codes, never what was said. */
export class LiveError extends Error {
  override readonly name = 'LiveError';

  constructor(
    readonly code: ClientErrorCode | (string & {}),
    message: string,
    /** Whether the same can succeed later, unchanged. */
    readonly retryable = false,
    /** Where the request is at fault, if the service said so. */
    readonly errors?: readonly LiveIssue[],
  ) {
    super(message);
  }
}

export function refusalOf(frame: {
  readonly code: string;
  readonly detail: string;
  readonly retryable: boolean;
  readonly errors?: readonly LiveIssue[];
}): LiveError {
  return new LiveError(frame.code, frame.detail, frame.retryable, frame.errors);
}

export function noAccess(): LiveError {
  return new LiveError('unauthorized', 'the service lets nobody in with this key or ticket');
}

export function connectionLost(): LiveError {
  return new LiveError('connection_lost', 'there is no connection to the live channel', true);
}
