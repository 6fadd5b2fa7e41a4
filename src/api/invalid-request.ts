import { isJsonObject, type JsonObject, jsonPointer } from '../common/json';
import { type ErrorIssue, ParleyError } from '../common/parley-error';

/** More issues than this help nobody and cost time to say. */
const MAX_ISSUES = 32;

export function invalidRequest(errors: readonly ErrorIssue[]): ParleyError {
  return new ParleyError('validation_failed', 'The request does not fit its schema.', {
    errors: errors.slice(0, MAX_ISSUES),
  });
}

/**
 * Takes a body or a query that is an object with none but the known fields.
 * @throws ParleyError `validation_failed`
 */
export function objectWith(isKnown: (field: string) => boolean, value: unknown): JsonObject {
  if (!isJsonObject(value)) throw invalidRequest([{ path: '', message: 'must be an object' }]);
  const unknown = Object.keys(value).filter((field) => !isKnown(field));
  if (unknown.length === 0) return value;
  throw invalidRequest(unknown.map((field) => ({ path: jsonPointer(field), message: 'is not a known field' })));
}
