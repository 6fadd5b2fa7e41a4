import { refusals } from './store-errors';

/** Cursors are opaque to callers: what a store needs to go on, as base64url of JSON. */
export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** @throws ParleyError `validation_failed` for anything this store would not have handed out */
export function decodeCursor<T>(cursor: string, isPosition: (value: unknown) => value is T): T {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (isPosition(value)) return value;
  } catch {
    // Not JSON: refused below like any other foreign cursor.
  }
  throw refusals.badCursor();
}
