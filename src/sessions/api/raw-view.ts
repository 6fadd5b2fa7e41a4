import { isUtf8 } from 'node:buffer';
import { decodeCursor, encodeCursor } from '../../store/cursor';
import type { RawField, RawSession, Repair } from '../../store/raw-session';

/** Bytes of names and values in one page: a field that is larger has a page to itself. */
const PAGE_BYTES = 1024 * 1024;

const isPlace = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

/** One page of a session as it is stored. @throws ParleyError `validation_failed` for a cursor that was not handed out */
export function rawView(sessionId: string, { type, fields }: RawSession, cursor: string | undefined) {
  const from = cursor === undefined ? 0 : decodeCursor(cursor, isPlace);
  let next = from;
  for (let bytes = 0; next < fields.length; next += 1) {
    const field = fields[next] as RawField;
    bytes += field.name.length + field.value.length;
    if (bytes > PAGE_BYTES && next > from) break;
  }
  const unreadable = fields.filter(({ isReadable }) => !isReadable).length;
  const nextCursor = next < fields.length ? encodeCursor(next) : null;
  return { sessionId, type, unreadable, fields: fields.slice(from, next).map(fieldView), nextCursor };
}

export function repairView(sessionId: string, { revision, isHeaderRebuilt, quarantined }: Repair) {
  return { sessionId, revision, headerRebuilt: isHeaderRebuilt, quarantined: quarantined.map(fieldView) };
}

function fieldView({ name, value, isReadable }: RawField) {
  const encoding = isUtf8(name) && isUtf8(value) ? ('utf8' as const) : ('base64' as const);
  return { name: name.toString(encoding), value: value.toString(encoding), encoding, readable: isReadable };
}
