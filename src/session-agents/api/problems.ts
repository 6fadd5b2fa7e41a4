/** What reading a session's agents can be refused with. */
export const READ_PROBLEMS = [
  'unauthorized',
  'forbidden',
  'feature_disabled',
  'session_not_found',
  'session_ended',
  'session_corrupt',
  'store_unavailable',
  'internal_error',
] as const;

/** What changing them can be refused with, beside what the change itself asks for. */
export const CHANGE_PROBLEMS = [
  ...READ_PROBLEMS,
  'malformed_json',
  'validation_failed',
  'revision_conflict',
  'body_too_large',
  'unsupported_media_type',
  'too_many_changes',
  'store_full',
] as const;

/** What checking a template can end with. */
export const TEMPLATE_PROBLEMS = ['template_invalid', 'template_failed', 'templates_busy'] as const;

export const IF_MATCH = {
  name: 'If-Match',
  required: false,
  description:
    'A revision, such as "7": the change is refused (412) where what it is about has been changed after it. Without it ' +
    'the last one wins.',
} as const;
