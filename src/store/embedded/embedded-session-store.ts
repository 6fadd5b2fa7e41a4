import { mkdirSync } from 'node:fs';
import { type Database, open, type RootDatabase } from 'lmdb';
import type { Clock } from '../../common/clock';
import { nowSeconds } from '../../common/clock';
import type { JsonValue } from '../../common/json';
import { isParleyError, ParleyError } from '../../common/parley-error';
import { decodeCursor, encodeCursor } from '../cursor';
import { FeedListeners } from '../feed-listeners';
import { encodeOps } from '../layout/batch-codec';
import { corrupt, decodeSession } from '../layout/decode-session';
import { fingerprintOf } from '../layout/fingerprint';
import { FIELD, LEGACY_CORE, LEGACY_HISTORY } from '../layout/fields';
import { pageOfState, parseField, readHistoryPage } from '../layout/history-page';
import { decodeLegacy, encodeConverted, type LegacyFields } from '../layout/legacy-session';
import { ACTIVE_AGENT_KEY } from '../ops';
import type { SessionState } from '../session-state';
import {
  type Batch,
  ENDED_MEMORY_SECONDS,
  type FeedListener,
  type HistoryPage,
  type Receipt,
  type SessionPage,
  type SessionStore,
  type SessionSummary,
  type StoreStatus,
} from '../session-store';
import { checkBatchId, refusals } from '../store-errors';
import { BatchApplication, receiptOf, rememberedReceipt } from './apply-batch';
import { FieldOverlay, type FieldSpace } from './field-overlay';
import { FolderLock } from './folder-lock';
import { headerFields, NEW_HEADER, type SessionHeader } from './session-header';

type FieldKey = [sessionId: string, field: string];
type ExpiryKey = [at: number, sessionId: string];

export interface EmbeddedStoreOptions {
  readonly folder: string;
  /** Time to live of a converted session of an older service, in seconds. */
  readonly defaultTtlSeconds: number;
}

/** Sessions a sweep looks at in one transaction: keeps it short beside live writes. */
const SWEEP_BATCH = 200;

const rangeOf = (sessionId: string) => ({ start: [sessionId], end: [sessionId, '\uffff'] });
const isSessionId = (value: unknown): value is string => typeof value === 'string';

/**
 * Sessions on LMDB, in this process. Durable when answered: a commit ends with a sync to disk, and all writes in
 * flight share it.
 */
export class EmbeddedSessionStore implements SessionStore {
  readonly description: string;
  private readonly listeners = new FeedListeners();
  private closed = false;

  private constructor(
    private readonly options: EmbeddedStoreOptions,
    private readonly clock: Clock,
    private readonly lock: FolderLock,
    private readonly root: RootDatabase,
    private readonly headers: Database<SessionHeader, string>,
    private readonly fields: Database<string, FieldKey>,
    private readonly expiries: Database<true, ExpiryKey>,
  ) {
    this.description = `embedded (${options.folder})`;
  }

  /** @throws ParleyError `store_locked`, `store_incompatible` */
  static async open(options: EmbeddedStoreOptions, clock: Clock): Promise<EmbeddedSessionStore> {
    try {
      mkdirSync(options.folder, { recursive: true });
    } catch (cause) {
      throw new ParleyError('store_incompatible', `The data folder ${options.folder} cannot be made.`, { cause });
    }
    const lock = await FolderLock.take(options.folder);
    // Without overlappingSync a commit is reported only after the sync: what is answered is on disk.
    const root = open({ path: options.folder, maxDbs: 8, overlappingSync: false });
    return new EmbeddedSessionStore(
      options,
      clock,
      lock,
      root,
      root.openDB<SessionHeader, string>({ name: 'sessions' }),
      root.openDB<string, FieldKey>({ name: 'fields', encoding: 'string' }),
      root.openDB<true, ExpiryKey>({ name: 'expiries' }),
    );
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.root.close();
    await this.lock.release();
  }

  create(sessionId: string, ttlSeconds: number, batch: Batch): Promise<Receipt> {
    return this.write(sessionId, batch, (now) => {
      const header = this.header(sessionId);
      if (header && header.kind !== 'ended') {
        // The same opening sent again: its receipt is remembered.
        if (this.fields.get([sessionId, FIELD.batch(batch.id)]) !== undefined) return header;
        throw refusals.exists(sessionId);
      }
      // What an expired session left behind and no sweep has met yet must not come back to life.
      this.removeFields(sessionId);
      void this.expiries.put([now + ttlSeconds, sessionId], true);
      return { ...NEW_HEADER, createdAt: now, ttlSeconds };
    });
  }

  apply(sessionId: string, batch: Batch): Promise<Receipt> {
    return this.write(sessionId, batch, () => this.existing(sessionId));
  }

  /** Runs one batch in a transaction; `admit` says on what header it builds, or refuses. */
  private async write(sessionId: string, batch: Batch, admit: (now: number) => SessionHeader): Promise<Receipt> {
    checkBatchId(batch.id);
    const { text } = encodeOps(batch.ops);
    const now = nowSeconds(this.clock);
    const { receipt, isNew } = await this.transaction(() => {
      let header = admit(now);
      const overlay = new FieldOverlay(this.space(sessionId));
      if (header.kind === 'legacy') header = this.convert(sessionId, header, overlay, now);
      return this.applyTo(sessionId, header, overlay, batch, fingerprintOf(text), now);
    });
    if (isNew) this.listeners.emit(sessionId, { kind: 'change', batchId: batch.id, ops: batch.ops, ...receipt });
    return receipt;
  }

  private applyTo(
    sessionId: string,
    header: SessionHeader,
    overlay: FieldOverlay,
    batch: Batch,
    fingerprint: string,
    now: number,
  ): { receipt: Receipt; isNew: boolean } {
    const remembered = overlay.get(FIELD.batch(batch.id));
    if (remembered !== undefined) {
      return { receipt: rememberedReceipt(sessionId, remembered, fingerprint), isNew: false };
    }
    const application = new BatchApplication(sessionId, overlay, header.lastSeq, now);
    const { lastSeq } = application.run(batch.ops);
    const receipt = receiptOf(header.revision + 1, header.lastSeq + 1, lastSeq - header.lastSeq, now);
    application.remember(batch.id, receipt, header.lastSeq + 1, fingerprint);
    const ttlSeconds = header.ttlSeconds ?? this.options.defaultTtlSeconds;
    const agent = parseField(overlay.get(FIELD.context(ACTIVE_AGENT_KEY)));
    overlay.flush();
    void this.headers.put(sessionId, {
      kind: 'live',
      revision: receipt.revision,
      lastSeq,
      createdAt: header.createdAt ?? now,
      updatedAt: now,
      ttlSeconds,
      expiresAt: now + ttlSeconds,
      activeAgent: typeof agent === 'string' ? agent : null,
    });
    return { receipt, isNew: true };
  }

  /** Puts the converted fields of an older service's session into the overlay, in place of its two. */
  private convert(sessionId: string, header: SessionHeader, overlay: FieldOverlay, now: number): SessionHeader {
    const state = decodeLegacy(sessionId, this.legacyFields(sessionId));
    const fields = encodeConverted(state, this.options.defaultTtlSeconds, now);
    for (let index = 0; index + 1 < fields.length; index += 2) {
      const field = fields[index] as string;
      if (field !== FIELD.header) overlay.set(field, fields[index + 1] as string);
    }
    overlay.remove(LEGACY_CORE);
    overlay.remove(LEGACY_HISTORY);
    void this.expiries.put([now + this.options.defaultTtlSeconds, sessionId], true);
    return { ...header, lastSeq: state.lastSeq, createdAt: state.createdAt };
  }

  async load(sessionId: string): Promise<SessionState> {
    const header = this.existing(sessionId);
    if (header.kind === 'legacy') return decodeLegacy(sessionId, this.legacyFields(sessionId));
    const pairs = headerFields(header);
    for (const { key, value } of this.fields.getRange(rangeOf(sessionId))) pairs.push(key[1], value);
    return decodeSession(sessionId, pairs);
  }

  async readRevision(sessionId: string): Promise<number> {
    return this.existing(sessionId).revision;
  }

  async readContext(sessionId: string, key: string): Promise<JsonValue | undefined> {
    const header = this.existing(sessionId);
    if (header.kind === 'legacy') return (await this.load(sessionId)).context.get(key);
    return this.decode(sessionId, () => parseField(this.fields.get([sessionId, FIELD.context(key)])));
  }

  async readHistory(sessionId: string, agent: string, after: number, limit: number): Promise<HistoryPage> {
    const header = this.existing(sessionId);
    if (header.kind === 'legacy') return pageOfState(await this.load(sessionId), agent, after, limit);
    const read = async (names: readonly string[]) => names.map((name) => this.fields.get([sessionId, name]));
    return this.decode(sessionId, () => readHistoryPage(read, header.lastSeq, agent, after, limit));
  }

  async end(sessionId: string): Promise<void> {
    const now = nowSeconds(this.clock);
    await this.transaction(() => {
      const header = this.existing(sessionId);
      this.removeFields(sessionId);
      const expiresAt = now + ENDED_MEMORY_SECONDS;
      void this.headers.put(sessionId, { ...header, kind: 'ended', expiresAt, activeAgent: null });
      void this.expiries.put([expiresAt, sessionId], true);
    });
    this.listeners.emit(sessionId, { kind: 'ended' });
  }

  async list(limit: number, cursor?: string): Promise<SessionPage> {
    const sessions: SessionSummary[] = [];
    const start = cursor === undefined ? undefined : decodeCursor(cursor, isSessionId);
    // Ended and expired ones cost a look each; a page of four times its length is as far as one goes.
    const looks = limit * 4;
    let last: string | undefined;
    let seen = 0;
    const range = start === undefined ? { limit: looks } : { start, exclusiveStart: true, limit: looks };
    for (const { key: sessionId, value } of this.headers.getRange(range)) {
      if (sessions.length === limit) return { sessions, nextCursor: encodeCursor(last) };
      seen += 1;
      last = sessionId;
      const { kind, revision, createdAt, updatedAt, activeAgent } = value;
      if (kind === 'ended' || this.isExpired(value)) continue;
      sessions.push({ sessionId, revision, createdAt, updatedAt, activeAgent });
    }
    return { sessions, nextCursor: seen === looks && last !== undefined ? encodeCursor(last) : null };
  }

  async watch(sessionId: string, listener: FeedListener): Promise<() => Promise<void>> {
    this.listeners.add(sessionId, listener);
    return async () => this.listeners.remove(sessionId, listener);
  }

  async status(): Promise<StoreStatus> {
    return this.closed ? { up: false, reason: 'the store is closed' } : { up: true };
  }

  /**
   * Brings in a session as an older service stored it, under its two fields. It loads complete at once and is
   * converted by its first write. @throws `session_exists`
   */
  async importLegacy(sessionId: string, fields: LegacyFields): Promise<void> {
    const { createdAt, updatedAt, context } = decodeLegacy(sessionId, fields);
    const agent = context.get(ACTIVE_AGENT_KEY);
    await this.transaction(() => {
      if (this.header(sessionId)) throw refusals.exists(sessionId);
      this.removeFields(sessionId);
      for (const [field, value] of Object.entries(fields)) {
        if (typeof value === 'string') void this.fields.put([sessionId, field], value);
      }
      const activeAgent = typeof agent === 'string' ? agent : null;
      void this.headers.put(sessionId, { ...NEW_HEADER, kind: 'legacy', createdAt, updatedAt, activeAgent });
    });
  }

  /** Overwrites one raw field: for repairs by hand, and for tests of what a damaged one does. @internal */
  async putField(sessionId: string, field: string, text: string): Promise<void> {
    await this.fields.put([sessionId, field], text);
  }

  /**
   * Removes what has expired. A session has one entry in the index of expiries, made when it was opened: an entry
   * that is due looks where the session stands now and moves there, so a turn never pays for the index.
   * @returns how many sessions it removed
   */
  async sweep(): Promise<number> {
    const now = nowSeconds(this.clock);
    let removed = 0;
    for (;;) {
      const due = [...this.expiries.getKeys({ end: [now, '\uffff'], limit: SWEEP_BATCH })];
      if (due.length === 0) return removed;
      removed += await this.transaction(() => due.filter((key) => this.sweepOne(key, now)).length);
    }
  }

  private sweepOne(key: ExpiryKey, now: number): boolean {
    const [, sessionId] = key;
    void this.expiries.remove(key);
    const header = this.headers.get(sessionId);
    if (header?.expiresAt == null) return false;
    if (header.expiresAt > now) {
      void this.expiries.put([header.expiresAt, sessionId], true);
      return false;
    }
    this.removeFields(sessionId);
    void this.headers.remove(sessionId);
    return true;
  }

  private header(sessionId: string): SessionHeader | undefined {
    const header = this.headers.get(sessionId);
    return header && !this.isExpired(header) ? header : undefined;
  }

  private isExpired({ expiresAt }: SessionHeader): boolean {
    return expiresAt !== null && expiresAt <= nowSeconds(this.clock);
  }

  private existing(sessionId: string): SessionHeader {
    const header = this.header(sessionId);
    if (!header) throw refusals.notFound(sessionId);
    if (header.kind === 'ended') throw refusals.ended(sessionId);
    return header;
  }

  private legacyFields(sessionId: string): LegacyFields {
    return {
      [LEGACY_CORE]: this.fields.get([sessionId, LEGACY_CORE]),
      [LEGACY_HISTORY]: this.fields.get([sessionId, LEGACY_HISTORY]),
    };
  }

  private space(sessionId: string): FieldSpace {
    return {
      get: (field) => this.fields.get([sessionId, field]),
      put: (field, value) => void this.fields.put([sessionId, field], value),
      remove: (field) => void this.fields.remove([sessionId, field]),
      names: () => this.fields.getKeys(rangeOf(sessionId)).map((key) => key[1]),
    };
  }

  private removeFields(sessionId: string): void {
    for (const key of [...this.fields.getKeys(rangeOf(sessionId))]) void this.fields.remove(key);
  }

  private async decode<T>(sessionId: string, read: () => T | Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      throw error instanceof SyntaxError ? corrupt(sessionId, 'a field that is not JSON') : error;
    }
  }

  /** Refusals thrown inside pass through; anything else is the store's own failure. */
  private async transaction<T>(work: () => T): Promise<T> {
    try {
      return await this.root.transaction(work);
    } catch (error) {
      if (isParleyError(error)) throw error;
      const full = error instanceof Error && /ENOSPC|MAP_FULL|No space/i.test(error.message);
      throw new ParleyError(
        full ? 'store_full' : 'store_unavailable',
        full ? 'The disk of the embedded store is full.' : 'The embedded store failed to write.',
        { cause: error },
      );
    }
  }
}
