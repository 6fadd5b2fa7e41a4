import type { Database } from 'lmdb';
import { LEGACY_CORE, LEGACY_HISTORY } from '../layout/fields';
import type { LegacyFields } from '../layout/legacy-session';
import type { SessionFields } from './session-fields';
import { LockedDatabase } from './locked-database';
import type { SessionHeader } from './session-header';

type FieldKey = [sessionId: string, field: string];
export type ExpiryKey = [at: number, sessionId: string];

/** Greater than any text, whatever it begins with. */
const LAST = Buffer.of(0xff);
const rangeOf = (id: string) => ({ start: [id], end: [id, LAST] });

/** The tables of the embedded store, and the lock on their folder. */
export class EmbeddedDatabase {
  private constructor(
    private readonly locked: LockedDatabase,
    readonly headers: Database<SessionHeader, string>,
    private readonly fields: Database<string, FieldKey>,
    /** One entry a session, made when it was opened: see {@link sweepExpired}. */
    readonly expiries: Database<true, ExpiryKey>,
    /** When counters and windows end, in seconds; their numbers are among the fields. */
    readonly ends: Database<number, string>,
  ) {}

  /** @throws ParleyError `store_locked`, `store_incompatible` */
  static async open(folder: string): Promise<EmbeddedDatabase> {
    const otherwise = 'choose another DATA_DIR, or use STORE=redis for several processes';
    const locked = await LockedDatabase.open(folder, 'embedded store', otherwise);
    const { root } = locked;
    return new EmbeddedDatabase(
      locked,
      root.openDB<SessionHeader, string>({ name: 'sessions' }),
      root.openDB<string, FieldKey>({ name: 'fields', encoding: 'string' }),
      root.openDB<true, ExpiryKey>({ name: 'expiries' }),
      root.openDB<number, string>({ name: 'ends' }),
    );
  }

  close(): Promise<void> {
    return this.locked.close();
  }

  /** @throws ParleyError `store_unavailable` */
  checkOpen(): void {
    this.locked.checkOpen();
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

  /** As of {@link LockedDatabase}. */
  transaction<T>(work: () => T): Promise<T> {
    return this.locked.transaction(work);
  }
}
