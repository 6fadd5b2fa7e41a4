/**
 * Every code a caller can meet. Codes are never renamed or reused; docs/errors.md lists the same ones
 * (test/architecture/error-catalogue.spec.ts holds the two together).
 *
 * `status` is the HTTP status a code maps to; codes that only ever reach a program in the same process or
 * stop the start have none.
 */
interface ErrorEntry {
  readonly title: string;
  readonly retryable: boolean;
  readonly status?: number;
}

export const ERROR_CATALOGUE = {
  malformed_json: { title: 'The body is not JSON', retryable: false, status: 400 },
  validation_failed: { title: 'The request does not fit its schema', retryable: false, status: 400 },
  batch_too_large: { title: 'The batch has too many operations', retryable: false, status: 400 },
  message_too_large: { title: 'A message is too large', retryable: false, status: 400 },
  bad_request: { title: 'The request cannot be understood', retryable: false, status: 400 },
  unauthorized: { title: 'A valid API key is needed', retryable: false, status: 401 },
  forbidden: { title: 'The API key may not do this', retryable: false, status: 403 },
  route_not_found: { title: 'There is no such route', retryable: false, status: 404 },
  session_not_found: { title: 'There is no such session', retryable: false, status: 404 },
  session_ended: { title: 'The session has ended', retryable: false, status: 404 },
  context_key_not_found: { title: 'The session has no such context key', retryable: false, status: 404 },
  feature_disabled: { title: 'The feature is switched off', retryable: false, status: 404 },
  agent_not_found: { title: 'The session has no such agent', retryable: false, status: 404 },
  handoff_not_found: { title: 'No agent takes this handoff', retryable: false, status: 404 },
  revision_not_found: { title: 'There is no such revision to go back to', retryable: false, status: 404 },
  experiment_not_found: { title: 'There is no such experiment', retryable: false, status: 404 },
  request_timeout: { title: 'The request took too long to arrive', retryable: true, status: 408 },
  session_exists: { title: 'A session with this id exists', retryable: false, status: 409 },
  agent_exists: { title: 'An agent with this name exists', retryable: false, status: 409 },
  handoff_taken: { title: 'Another agent has this handoff trigger', retryable: false, status: 409 },
  experiment_exists: { title: 'An experiment with this id exists', retryable: false, status: 409 },
  experiment_locked: { title: 'The experiment is past this change', retryable: false, status: 409 },
  epoch_passed: { title: 'The caller has interrupted since', retryable: false, status: 409 },
  playback_full: { title: 'Too much waits to be spoken', retryable: true, status: 409 },
  playback_not_held: { title: "The message is not this consumer's", retryable: false, status: 409 },
  lease_held: { title: 'Another turn of the session is running', retryable: true, status: 409 },
  lease_lost: { title: 'The turn has lost its session', retryable: false, status: 409 },
  repair_refused: { title: 'The session cannot be repaired', retryable: false, status: 409 },
  too_many_attachments: { title: 'The socket is attached to too many sessions', retryable: false, status: 409 },
  revision_conflict: { title: 'Somebody else has changed it since', retryable: false, status: 412 },
  body_too_large: { title: 'The request body is too large', retryable: false, status: 413 },
  unsupported_media_type: { title: 'The body must be application/json', retryable: false, status: 415 },
  idempotency_key_reused: {
    title: 'The idempotency key was used with another body',
    retryable: false,
    status: 422,
  },
  message_not_found: { title: 'The session has no such message', retryable: false, status: 422 },
  template_invalid: { title: 'The template cannot be used', retryable: false, status: 422 },
  template_failed: { title: 'The template cannot be rendered', retryable: false, status: 422 },
  unknown_tool: { title: 'There is no such tool', retryable: false, status: 422 },
  too_many_attempts: { title: 'Too many wrong keys in a short time', retryable: true, status: 429 },
  too_many_changes: { title: 'Too many changes in a short time', retryable: true, status: 429 },
  headers_too_large: { title: 'The request headers are too large', retryable: false, status: 431 },
  internal_error: { title: 'Something went wrong in Parley', retryable: false, status: 500 },
  session_corrupt: { title: 'The stored session cannot be read', retryable: false, status: 502 },
  model_refused: { title: 'The model refused the request', retryable: false, status: 502 },
  store_unavailable: { title: 'The store does not answer', retryable: true, status: 503 },
  store_full: { title: 'The store has no room', retryable: true, status: 503 },
  overloaded: { title: 'The service has too much to do', retryable: true, status: 503 },
  pending_overflow: { title: 'Too many changes wait to be written', retryable: true, status: 503 },
  templates_busy: { title: 'Too many templates wait to be rendered', retryable: true, status: 503 },
  profile_source_unavailable: { title: 'The profile source does not answer', retryable: true, status: 503 },
  archive_unavailable: { title: 'The archive cannot be written', retryable: true, status: 503 },
  model_unavailable: { title: 'The model does not answer', retryable: true, status: 503 },
  too_many_sockets: { title: 'The instance has as many sockets as it may', retryable: true, status: 503 },
  not_ready: { title: 'The service is not ready', retryable: true, status: 503 },
  shutting_down: { title: 'The service is shutting down', retryable: true, status: 503 },
  model_timeout: { title: 'The model took too long', retryable: true, status: 504 },
  store_incompatible: { title: 'The store cannot be used', retryable: false },
  store_locked: { title: 'The data folder is in use', retryable: false },
  config_invalid: { title: 'The configuration is wrong', retryable: false },
  agents_invalid: { title: 'The agents folder is wrong', retryable: false },
  profiles_invalid: { title: 'The profiles file is wrong', retryable: false },
  redaction_invalid: { title: 'The redaction file is wrong', retryable: false },
  tools_invalid: { title: 'The tools of the application are wrong', retryable: false },
  memo_closed: { title: 'The memo is closed', retryable: false },
  persist_withdrawn: { title: 'The write was withdrawn before it started', retryable: false },
  wait_aborted: { title: 'The caller stopped waiting', retryable: false },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;
