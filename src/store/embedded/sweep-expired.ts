import { isSharedKey } from '../shared-keys';
import type { EmbeddedDatabase, ExpiryKey } from './embedded-database';

/** Entries a sweep looks at in one transaction: keeps it short beside live writes. */
const SWEEP_BATCH = 200;

/**
 * Removes what has expired by `now`, in seconds: sessions, counters and windows. Each has one entry in the index of
 * expiries, made when it began: an entry that is due looks where its session stands now and moves there, so a turn never
 * pays for the index.
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
  const [, id] = key;
  void database.expiries.remove(key);
  const isShared = isSharedKey(id);
  const end = isShared ? database.ends.get(id) : database.headers.get(id)?.expiresAt;
  if (end == null) return false;
  if (end > now) {
    void database.expiries.put([end, id], true);
    return false;
  }
  database.removeFields(id);
  void (isShared ? database.ends : database.headers).remove(id);
  return !isShared;
}
