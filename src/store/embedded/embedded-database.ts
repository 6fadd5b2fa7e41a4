import { mkdirSync } from 'node:fs';
import { type Database, open, type RootDatabase } from 'lmdb';
import { isParleyError, ParleyError } from '../../common/parley-error';
import { LEGACY_CORE, LEGACY_HISTORY } from '../layout/fields';
import type { LegacyFields } from '../layout/legacy-session';
import type { SessionFields } from './session-fields';
import { FolderLock } from './folder-lock';
import type { SessionHeader } from './session-header';

type FieldKey = [sessionId: string, field: string];
export type ExpiryKey = [at: number, sessionId: string];

/** Greater than any text, whatever it begins with. */
const LAST = Buffer.of(0xff);
const rangeOf = (id: string) => ({ start: [id], end: [id, LAST] });

/** The tables of the embedded store, and the lock on their folder. */
export class EmbeddedDatabase {
  private isOpen = true;

  private constructor(
    private readonly lock: FolderLock,
    private readonly root: RootDatabase,
    readonly headers: Database<SessionHeader, string>,
    private readonly fields: Database<string, FieldKey>,
    /** One entry a session, made when it was opened: see {@link sweepExpired}. */
    readonly expiries: Database<true, ExpiryKey>,
    /** When counters and windows end, in seconds; their numbers are among the fields. */
    readonly ends: Database<number, string>,
  ) {}

  /** @throws ParleyError `store_locked`, `store_incompatible` */
  static async open(folder: string): Promise<EmbeddedDatabase> {
    try {
      mkdirSync(folder, { recursive: true });
    } catch (cause) {
      throw new ParleyError('store_incompatible', `The data folder ${folder} cannot be made.`, { cause });
    }
    // Without overlappingSync a commit is reported only after the sync: what is answered is on disk.
    // The library takes a path with a dot in its last name for a file, unless it is told.
    // Without eventTurnBatching there is no write of the library's own, whose failure nobody could handle.
    const root = open({
      path: folder,
      noSubdir: false,
      maxDbs: 8,
      overlappingSync: false,
      eventTurnBatching: false,
    });
    const lock = await FolderLock.take(folder, root.openDB<string, string>({ name: 'lock', encoding: 'string' })).catch(
      async (error: unknown) => {
        await root.close();
        throw error;
      },
    );
    return new EmbeddedDatabase(
      lock,
      root,
      root.openDB<SessionHeader, string>({ name: 'sessions' }),
      root.openDB<string, FieldKey>({ name: 'fields', encoding: 'string' }),
      root.openDB<true, ExpiryKey>({ name: 'expiries' }),
      root.openDB<number, string>({ name: 'ends' }),
    );
  }

  async close(): Promise<void> {
    this.isOpen = false;
    await this.root.close();
    await this.lock.release();
  }

  /** @throws ParleyError `store_unavailable` */
  checkOpen(): void {
    if (!this.isOpen) throw new ParleyError('store_unavailable', 'The embedded store is closed.');
  }

  field(sessionId: string, name: string): string | undefined {
    return this.fields.get([sessionId, name]);
  }

  *fieldsOf(sessionId: string): IterableIterator<[name: string, value: string]> {
    for (const { key, value } of this.fields.getRange(rangeOf(sessionId))) yield [key[1], value];
  }

  legacyFields(sessionId: string): LegacyFields {
    return {
      [LEGACY_CORE]: this.field(sessionId, LEGACY_CORE),
      [LEGACY_HISTORY]: this.field(sessionId, LEGACY_HISTORY),
    };
  }

  putField(sessionId: string, name: string, value: string): Promise<boolean> {
    return this.fields.put([sessionId, name], value);
  }

  removeFields(sessionId: string): void {
    for (const key of [...this.fields.getKeys(rangeOf(sessionId))]) void this.fields.remove(key);
  }

  /** One session's fields, to be changed inside a transaction. */
  sessionFields(sessionId: string): SessionFields {
    return {
      get: (name) => this.field(sessionId, name),
      set: (name, value) => void this.putField(sessionId, name, value),
      remove: (name) => void this.fields.remove([sessionId, name]),
      names: () => [...this.fields.getKeys(rangeOf(sessionId)).map((key) => key[1])],
    };
  }

  /**
   * All or nothing, and durable when it resolves. Refusals thrown inside pass through; anything else is the store's own
   * failure. A child transaction, because a plain one of this library commits what was put before the throw.
   * @throws ParleyError `store_full`, `store_unavailable`
   */
  async transaction<T>(work: () => T): Promise<T> {
    try {
      return await this.root.childTransaction(work);
    } catch (error) {
      if (isParleyError(error)) throw error;
      const cause = await causeOf(error);
      const full = cause instanceof Error && /ENOSPC|MAP_FULL|No space|File too large/i.test(cause.message);
      throw new ParleyError(
        full ? 'store_full' : 'store_unavailable',
        full ? 'The disk of the embedded store is full.' : 'The embedded store failed to write.',
        { cause },
      );
    }
  }
}

/**
 * Why a commit failed: the library hides it in a promise of the error that it rejects with, and where nobody looks there the
 * process ends (kriszyp/lmdb-js#368).
 */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (cause) {
    return cause;
  }
}
