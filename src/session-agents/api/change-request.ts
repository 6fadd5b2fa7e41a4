import { isJsonObject, type JsonObject } from '../../common/json';
import { invalidRequest } from '../../api/invalid-request';
import type { ChangeOrigin } from '../changes/audit-entry';

const MAX_NOTE_CHARACTERS = 1000;

/** A change over the admin interface. */
export function adminOrigin(actor: string, basedOn: number | undefined, note?: string): ChangeOrigin {
  return { actor, source: 'admin', basedOn, note };
}

/** A body that holds the note beside what it is about. @throws ParleyError `validation_failed` */
export function bodyAndNote(body: unknown): { body: JsonObject; note: string | undefined } {
  if (!isJsonObject(body)) throw invalidRequest([{ path: '', message: 'must be an object' }]);
  const { note, ...rest } = body;
  if (note === undefined || note === null) return { body: rest, note: undefined };
  if (typeof note === 'string' && note.length <= MAX_NOTE_CHARACTERS) return { body: rest, note };
  throw invalidRequest([{ path: '/note', message: `must be a text of at most ${MAX_NOTE_CHARACTERS} characters` }]);
}
