import { isParleyError } from '../common/parley-error';

/**
 * Others may come before a change as often as this until it is given up: each of them has succeeded, so somebody always
 * gets on.
 */
const MAX_ATTEMPTS = 50;

/** Whether a change failed because somebody else came first, and may be worked out anew. */
export function isOvertaken(error: unknown, attempt: number): boolean {
  return isParleyError(error, 'revision_conflict') && attempt < MAX_ATTEMPTS;
}
