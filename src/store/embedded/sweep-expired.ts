import type { EmbeddedDatabase, ExpiryKey } from './embedded-database';

/** Sessions a sweep looks at in one transaction: keeps it short beside live writes. */
const SWEEP_BATCH = 200;

/**
 * Removes what has expired by `now`, in seconds. A session has one entry in the index of expiries, made when it was
 * opened: an entry that is due looks where the session stands now and moves there, so a turn never pays for the index.
 * @returns how many sessions it removed
 */
export async function sweepExpired(database: EmbeddedDatabase, now: number): Promise<number> {
  let removed = 0;
  for (;;) {
    const due = [...database.expiries.getKeys({ end: [now, '\uffff'], limit: SWEEP_BATCH })];
    if (due.length === 0) return removed;
    removed += await database.transaction(() => due.filter((key) => sweepOne(database, key, now)).length);
  }
}

function sweepOne(database: EmbeddedDatabase, key: ExpiryKey, now: number): boolean {
  const [, sessionId] = key;
  void database.expiries.remove(key);
  const header = database.headers.get(sessionId);
  if (header?.expiresAt == null) return false;
  if (header.expiresAt > now) {
    void database.expiries.put([header.expiresAt, sessionId], true);
    return false;
  }
  database.removeFields(sessionId);
  void database.headers.remove(sessionId);
  return true;
}
