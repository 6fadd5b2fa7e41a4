import type { JsonValue } from '../common/json';
import { ParleyError } from '../common/parley-error';
import type { StoredDocument } from './shared-store';

/** A document as both stores keep it: `<version> <json>`. */
const STORED = /^(\d+) (.+)$/s;

export function encodeDocument(version: number, json: string): string {
  return `${version} ${json}`;
}

/** The version that a stored document has; 0 where there is none. */
export function versionOf(text: string | undefined): number {
  return text === undefined ? 0 : Number(STORED.exec(text)?.[1]);
}

/** The parser's own messages quote what they read, so they do not become part of the error. */
export function decodeDocument(collection: string, name: string, text: string): StoredDocument {
  const [, version, json] = STORED.exec(text) ?? [];
  try {
    if (version !== undefined && json !== undefined) {
      return { version: Number(version), value: JSON.parse(json) as JsonValue };
    }
  } catch {
    // No JSON: as wrong as what has no version.
  }
  throw new ParleyError('internal_error', `The stored document ${name} of ${collection} cannot be read.`);
}

export function documentChanged(collection: string, name: string): ParleyError {
  return new ParleyError('revision_conflict', `${name} of ${collection} has been changed by somebody else.`);
}
