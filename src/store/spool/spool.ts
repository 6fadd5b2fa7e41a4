import type { Database } from 'lmdb';
import type { ErrorCode } from '../../common/error-catalogue';
import { ParleyError } from '../../common/parley-error';
import { LockedDatabase } from '../embedded/locked-database';
import { encodeOps } from '../layout/batch-codec';
import { fingerprintOf } from '../layout/fingerprint';
import { type Batch, REMEMBERED_BATCHES } from '../session-store';
import { refusals } from '../store-errors';
import type { SpoolFigures } from './spool-figures';

type EntryKey = [sessionId: string, number: number, batchId: string];

/** A batch that waits, with its place. */
export interface SpoolEntry {
  readonly key: EntryKey;
  readonly batch: Batch;
  readonly bytes: number;
}

export interface SpoolOptions {
  readonly folder: string;
  readonly maxBytes: number;
}

/**
 * Most batches of one session that wait: a client that sends one of them again right after the replay must still be
 * known to the store, and so must those of a few others that came between.
 */
export const MAX_BACKLOG = REMEMBERED_BATCHES - 32;

/** A session's entries, and what it is greater than. */
const rangeOf = (sessionId: string) => ({ start: [sessionId], end: [sessionId, Number.MAX_SAFE_INTEGER] });

/**
 * Batches on this machine's disk that the store does not have yet, or refused, in the order in which they were kept.
 * Bounded; what `append` has resolved for is on disk. Counts are in memory: one process has the folder.
 */
export class Spool {
  private readonly backlogs = new Map<string, number>();
  private entries = 0;
  private bytes = 0;
  private deadLetters = 0;
  private lastNumber = 0;
  private wasRefused = false;

  private constructor(
    private readonly database: LockedDatabase,
    private readonly waiting: Database<string, EntryKey>,
    private readonly dead: Database<string, EntryKey>,
    private readonly maxBytes: number,
  ) {
    for (const { key, value } of waiting.getRange()) {
      this.count(key[0], 1, sizeOf(key, value));
      this.lastNumber = Math.max(this.lastNumber, key[1]);
    }
    for (const { key, value } of dead.getRange()) {
      this.bytes += sizeOf(key, value);
      this.deadLetters += 1;
      this.lastNumber = Math.max(this.lastNumber, key[1]);
    }
  }

  /** With what an earlier process has left. @throws ParleyError `store_locked`, `store_incompatible` */
  static async open({ folder, maxBytes }: SpoolOptions): Promise<Spool> {
    const otherwise = 'or give each process a REDIS_SPOOL_DIR of its own';
    const database = await LockedDatabase.open(folder, 'spool', otherwise);
    const table = (name: string) => database.root.openDB<string, EntryKey>({ name, encoding: 'string' });
    return new Spool(database, table('waiting'), table('dead'), maxBytes);
  }

  close(): Promise<void> {
    return this.database.close();
  }

  get figures(): SpoolFigures {
    return { entries: this.entries, bytes: this.bytes, deadLetters: this.deadLetters };
  }

  /** Whether something found no room, and none has come free since. */
  get isFull(): boolean {
    return this.wasRefused;
  }

  /** Those of whom something waits; whose turn was last comes last: see {@link postpone}. */
  get sessions(): readonly string[] {
    return [...this.backlogs.keys()];
  }

  holds(sessionId: string): boolean {
    return this.backlogs.has(sessionId);
  }

  /**
   * Puts a batch behind those of its session; a batch that waits already, by its id, is not put there again. Whatever comes
   * after the call finds the session held.
   * @throws ParleyError `store_unavailable` where there is no room, `idempotency_key_reused`
   */
  async append(sessionId: string, batch: Batch): Promise<void> {
    this.database.checkOpen();
    const same = this.find(sessionId, batch.id);
    if (same) {
      if (contentOf(same.batch) !== contentOf(batch)) throw refusals.batchReused(sessionId);
      return;
    }
    const key: EntryKey = [sessionId, (this.lastNumber += 1), batch.id];
    const value = JSON.stringify(batch);
    const bytes = sizeOf(key, value);
    this.wasRefused = this.bytes + bytes > this.maxBytes;
    if (this.wasRefused) throw unavailable('the spool is full');
    if ((this.backlogs.get(sessionId) ?? 0) >= MAX_BACKLOG) throw unavailable('too many writes of the session wait');
    this.count(sessionId, 1, bytes);
    try {
      await this.database.transaction(() => void this.waiting.put(key, value));
    } catch (cause) {
      this.count(sessionId, -1, -bytes);
      throw unavailable('the spool cannot be written', cause);
    }
  }

  /** The oldest of a session. */
  first(sessionId: string, limit: number): SpoolEntry[] {
    const found = this.waiting.getRange({ ...rangeOf(sessionId), limit });
    return [...found].map(({ key, value }) => entryOf(key, value));
  }

  /** The store has them. */
  async remove(entries: readonly SpoolEntry[]): Promise<void> {
    await this.database.transaction(() => entries.forEach(({ key }) => void this.waiting.remove(key)));
    for (const entry of entries) this.release(entry);
  }

  /** The store will never have it: it is kept, with the reason, for a person to look at. */
  async bury(entry: SpoolEntry, reason: ErrorCode): Promise<void> {
    const { key, batch } = entry;
    const value = JSON.stringify({ reason, batch });
    await this.database.transaction(() => {
      void this.waiting.remove(key);
      void this.dead.put(key, value);
    });
    this.release(entry);
    this.deadLetters += 1;
    this.bytes += sizeOf(key, value);
  }

  /** Lets the other sessions go first. */
  postpone(sessionId: string): void {
    const backlog = this.backlogs.get(sessionId);
    if (backlog === undefined) return;
    this.backlogs.delete(sessionId);
    this.backlogs.set(sessionId, backlog);
  }

  private find(sessionId: string, batchId: string): SpoolEntry | undefined {
    if (!this.holds(sessionId)) return undefined;
    for (const key of this.waiting.getKeys(rangeOf(sessionId))) {
      const value = key[2] === batchId ? this.waiting.get(key) : undefined;
      if (value !== undefined) return entryOf(key, value);
    }
    return undefined;
  }

  private release({ key, bytes }: SpoolEntry): void {
    this.count(key[0], -1, -bytes);
    this.wasRefused = false;
  }

  private count(sessionId: string, entries: number, bytes: number): void {
    this.entries += entries;
    this.bytes += bytes;
    const backlog = (this.backlogs.get(sessionId) ?? 0) + entries;
    if (backlog > 0) this.backlogs.set(sessionId, backlog);
    else this.backlogs.delete(sessionId);
  }
}

function unavailable(why: string, cause?: unknown): ParleyError {
  return new ParleyError('store_unavailable', `The store does not answer, and ${why}.`, { cause });
}

/** What tells two batches under one id apart, as the store does it. */
function contentOf({ ops, fence }: Batch): string {
  return fingerprintOf(encodeOps(ops, fence).text);
}

function entryOf(key: EntryKey, value: string): SpoolEntry {
  return { key, batch: JSON.parse(value) as Batch, bytes: sizeOf(key, value) };
}

/** About what it takes in the folder. */
function sizeOf([sessionId, , batchId]: EntryKey, value: string): number {
  return sessionId.length + batchId.length + 8 + Buffer.byteLength(value);
}
