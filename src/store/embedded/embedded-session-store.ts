import type { Clock } from '../../common/clock';
import { nowSeconds } from '../../common/clock';
import type { JsonValue } from '../../common/json';
import { ParleyError } from '../../common/parley-error';
import { type AgentTrail, decodeAgentHeader } from '../agent-state';
import { decodeCursor, encodeCursor } from '../cursor';
import { endingEvent, withinGrace } from '../ending';
import { FeedListeners } from '../feed-listeners';
import { decodeOps, encodeOps } from '../layout/batch-codec';
import { decodeSession, decodeStored, parseStored } from '../layout/decode-session';
import { decodeAgentChanges, keptNumbers, NO_TRAIL } from '../layout/agent-changes';
import { fingerprintOf } from '../layout/fingerprint';
import { decodeHeader, FIELD, LEGACY_CORE, LEGACY_HISTORY } from '../layout/fields';
import { decodePlaybackQueue, decodeQueueHeader, keptPlayback, playbackOf } from '../layout/read-playback';
import { encodeKeptChange, keptRevisions, recentChanges } from '../layout/kept-changes';
import { pageOfState, readHistoryPage } from '../layout/history-page';
import { convertLegacy, decodeLegacy, type LegacyFields } from '../layout/legacy-session';
import { overviewFields, overviewOf, readOverview } from '../layout/read-overview';
import { ACTIVE_AGENT_KEY, INTERRUPTED_KEY } from '../ops';
import { agentName, type SessionState } from '../session-state';
import {
  type Batch,
  ENDED_MEMORY_SECONDS,
  type FeedListener,
  type HistoryPage,
  type OverviewQuery,
  type Receipt,
  type RecentChanges,
  type SessionOverview,
  type SessionPage,
  type SessionPlayback,
  type SessionStore,
  type SessionSummary,
  type StoreStatus,
} from '../session-store';
import { checkBatch, refusals } from '../store-errors';
import { receiptOf, withEffect } from '../receipt';
import { BatchApplication, rememberedReceipt } from './apply-batch';
import type { SessionFields } from './session-fields';
import { EmbeddedDatabase } from './embedded-database';
import { EmbeddedSharedStore } from './embedded-shared-store';
import { headerFields, NEW_HEADER, type SessionHeader } from './session-header';
import { sweepExpired } from './sweep-expired';

export interface EmbeddedStoreOptions {
  readonly folder: string;
  /** Time to live of a converted session of an older service, in seconds. */
  readonly defaultTtlSeconds: number;
  /** Whether samples are grouped into runs as well; not if absent. */
  readonly keepsRuns?: boolean;
}

const isSessionId = (value: unknown): value is string => typeof value === 'string';

/**
 * Sessions on LMDB, in this process. Durable when answered: a commit ends with a sync to disk, and all writes in
 * flight share it.
 */
export class EmbeddedSessionStore implements SessionStore {
  readonly description: string;
  /** The other port on the same database. */
  readonly shared: EmbeddedSharedStore;
  private readonly listeners = new FeedListeners();
  private closed = false;

  private constructor(
    private readonly options: EmbeddedStoreOptions,
    private readonly clock: Clock,
    private readonly database: EmbeddedDatabase,
  ) {
    this.description = `embedded (${options.folder})`;
    this.shared = new EmbeddedSharedStore(database, clock);
  }

  /** @throws ParleyError `store_locked`, `store_incompatible` */
  static async open(options: EmbeddedStoreOptions, clock: Clock): Promise<EmbeddedSessionStore> {
    return new EmbeddedSessionStore(options, clock, await EmbeddedDatabase.open(options.folder));
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.database.close();
  }

  create(sessionId: string, ttlSeconds: number, batch: Batch): Promise<Receipt> {
    return this.write(sessionId, batch, (now) => {
      const header = this.header(sessionId);
      if (header && header.kind !== 'ended') {
        // The same opening sent again: its receipt is remembered.
        if (this.database.field(sessionId, FIELD.batch(batch.id)) !== undefined) return header;
        throw refusals.exists(sessionId);
      }
      // What an expired session left behind and no sweep has met yet must not come back to life.
      this.database.removeFields(sessionId);
      void this.database.expiries.put([now + ttlSeconds, sessionId], true);
      return { ...NEW_HEADER, createdAt: now, ttlSeconds };
    });
  }

  apply(sessionId: string, batch: Batch): Promise<Receipt> {
    return this.write(sessionId, batch, () => this.existing(sessionId));
  }

  /** Runs one batch in a transaction; `admit` says on what header it builds, or refuses. */
  private async write(sessionId: string, batch: Batch, admit: (now: number) => SessionHeader): Promise<Receipt> {
    this.checkOpen();
    checkBatch(batch);
    const { text } = encodeOps(batch.ops, batch.fence);
    // What is written later is what was given now, whatever becomes of the caller's objects meanwhile.
    const { id, fence } = batch;
    const own: Batch = { id, ops: decodeOps(text), ...(fence !== undefined && { fence }) };
    const now = nowSeconds(this.clock);
    const { receipt, isNew } = await this.database.transaction(() => {
      let header = admit(now);
      const fields = this.database.sessionFields(sessionId);
      if (header.kind === 'legacy') header = this.convert(sessionId, header, fields, now);
      return this.applyTo(sessionId, header, fields, own, text, now);
    });
    if (isNew) {
      const { inEffect: _effect, ...told } = receipt;
      this.listeners.emit(sessionId, { kind: 'change', batchId: own.id, ops: own.ops, ...told });
    }
    return receipt;
  }

  private applyTo(
    sessionId: string,
    header: SessionHeader,
    fields: SessionFields,
    batch: Batch,
    text: string,
    now: number,
  ): { receipt: Receipt; isNew: boolean } {
    const fingerprint = fingerprintOf(text);
    const remembered = fields.get(FIELD.batch(batch.id));
    if (remembered !== undefined) {
      return { receipt: rememberedReceipt(sessionId, remembered, fingerprint), isNew: false };
    }
    const revision = header.revision + 1;
    const { keepsRuns = false } = this.options;
    const application = new BatchApplication(sessionId, fields, { ...header, revision, now, keepsRuns });
    const { lastSeq, epoch } = application.run(batch);
    const firstSeq = header.lastSeq + 1;
    const receipt = receiptOf(revision, firstSeq, lastSeq - header.lastSeq, now, epoch);
    application.remember(batch.id, receipt, firstSeq, fingerprint);
    application.keep(receipt.revision, encodeKeptChange(batch.id, receipt, firstSeq, text));
    const ttlSeconds = header.ttlSeconds ?? this.options.defaultTtlSeconds;
    void this.database.headers.put(sessionId, {
      kind: 'live',
      revision: receipt.revision,
      lastSeq,
      createdAt: header.createdAt ?? now,
      updatedAt: now,
      ttlSeconds,
      expiresAt: now + ttlSeconds,
      activeAgent: application.activeAgent(),
    });
    return { receipt: withEffect(receipt, application.inEffect()), isNew: true };
  }

  /** Puts the converted fields of an older service's session in place of its two. */
  private convert(sessionId: string, header: SessionHeader, fields: SessionFields, now: number): SessionHeader {
    const legacy = this.database.legacyFields(sessionId);
    const converted = convertLegacy(sessionId, legacy, this.options.defaultTtlSeconds, now);
    let stored = header;
    for (let index = 0; index + 1 < converted.length; index += 2) {
      const [name, value] = converted.slice(index, index + 2) as [string, string];
      if (name === FIELD.header) stored = { ...header, ...decodeHeader(value) };
      else fields.set(name, value);
    }
    fields.remove(LEGACY_CORE);
    fields.remove(LEGACY_HISTORY);
    void this.database.expiries.put([now + this.options.defaultTtlSeconds, sessionId], true);
    return stored;
  }

  async load(sessionId: string): Promise<SessionState> {
    const header = this.readable(sessionId);
    if (header.kind === 'legacy') return decodeLegacy(sessionId, this.database.legacyFields(sessionId));
    const pairs = headerFields(header);
    for (const [name, value] of this.database.fieldsOf(sessionId)) pairs.push(name, value);
    return decodeSession(sessionId, pairs);
  }

  async readRevision(sessionId: string): Promise<number> {
    return this.readable(sessionId).revision;
  }

  async readContext(sessionId: string, key: string): Promise<JsonValue | undefined> {
    const header = this.readable(sessionId);
    if (header.kind === 'legacy') return (await this.load(sessionId)).context.get(key);
    return parseStored(sessionId, this.database.field(sessionId, FIELD.context(key)));
  }

  async readOverview(sessionId: string, query: OverviewQuery): Promise<SessionOverview> {
    const { revision, createdAt, updatedAt, ttlSeconds } = this.readable(sessionId);
    // Only an older service's session has none of these.
    if (createdAt === null || updatedAt === null || ttlSeconds === null)
      return overviewOf(await this.load(sessionId), query);
    const read = async (names: readonly string[]) => names.map((name) => this.database.field(sessionId, name));
    const header = { revision, createdAt, updatedAt, ttlSeconds };
    return readOverview(sessionId, header, await read(overviewFields(query)), query, read);
  }

  async readHistory(sessionId: string, agent: string, after: number, limit: number): Promise<HistoryPage> {
    const header = this.readable(sessionId);
    if (header.kind === 'legacy') return pageOfState(await this.load(sessionId), agent, after, limit);
    const read = async (names: readonly string[]) => names.map((name) => this.database.field(sessionId, name));
    return readHistoryPage(sessionId, read, header.lastSeq, agent, after, limit);
  }

  async readPlayback(sessionId: string): Promise<SessionPlayback> {
    if (this.readable(sessionId).kind === 'legacy') return playbackOf(await this.load(sessionId));
    const field = (name: string) => this.database.field(sessionId, name);
    const header = decodeQueueHeader(sessionId, field(FIELD.playback));
    const texts = keptPlayback(header).map((number) => field(FIELD.playbackMessage(number)));
    const queue = decodePlaybackQueue(sessionId, header, texts);
    const interrupted = field(FIELD.context(INTERRUPTED_KEY)) === 'true';
    return { queue, interrupted, epoch: Number(field(FIELD.epoch) ?? 0) };
  }

  async readChanges(sessionId: string, after: number): Promise<RecentChanges | undefined> {
    const { revision, ttlSeconds, updatedAt } = this.readable(sessionId);
    const revisions = keptRevisions(after, revision);
    if (!revisions || ttlSeconds === null || updatedAt === null) return undefined;
    const texts = revisions.map((one) => this.database.field(sessionId, FIELD.keptChange(one)));
    return recentChanges({ ttlSeconds, updatedAt }, revisions, texts);
  }

  async readAgentChanges(sessionId: string): Promise<AgentTrail> {
    this.readable(sessionId);
    const header = this.database.field(sessionId, FIELD.agents);
    if (header === undefined) return NO_TRAIL;
    const { first, changes } = decodeStored(sessionId, () => decodeAgentHeader(header));
    const numbers = keptNumbers(first, changes);
    const texts = numbers.map((number) => this.database.field(sessionId, FIELD.agentChange(number)));
    return { first, changes: decodeAgentChanges(sessionId, numbers, texts) };
  }

  async end(sessionId: string): Promise<void> {
    this.readable(sessionId);
    const ending = endingEvent();
    this.listeners.emit(sessionId, ending.event);
    await withinGrace(ending.settled());
    this.checkOpen();
    const now = nowSeconds(this.clock);
    await this.database.transaction(() => {
      const header = this.existing(sessionId);
      this.database.removeFields(sessionId);
      const expiresAt = now + ENDED_MEMORY_SECONDS;
      void this.database.headers.put(sessionId, { ...header, kind: 'ended', expiresAt, activeAgent: null });
      void this.database.expiries.put([expiresAt, sessionId], true);
    });
    this.listeners.emit(sessionId, { kind: 'ended' });
  }

  async list(limit: number, cursor?: string): Promise<SessionPage> {
    this.checkOpen();
    const sessions: SessionSummary[] = [];
    const start = cursor === undefined ? undefined : decodeCursor(cursor, isSessionId);
    // Ended and expired ones cost a look each; a page of four times its length is as far as one goes.
    const looks = limit * 4;
    let last: string | undefined;
    let seen = 0;
    const range = start === undefined ? { limit: looks } : { start, exclusiveStart: true, limit: looks };
    for (const { key: sessionId, value } of this.database.headers.getRange(range)) {
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
    const activeAgent = agentName(context.get(ACTIVE_AGENT_KEY));
    await this.database.transaction(() => {
      if (this.header(sessionId)) throw refusals.exists(sessionId);
      this.database.removeFields(sessionId);
      for (const [field, value] of Object.entries(fields)) {
        if (typeof value === 'string') void this.database.putField(sessionId, field, value);
      }
      void this.database.headers.put(sessionId, { ...NEW_HEADER, kind: 'legacy', createdAt, updatedAt, activeAgent });
    });
  }

  /** Overwrites one raw field: for repairs by hand, and for tests of what a damaged one does. @internal */
  async putField(sessionId: string, field: string, text: string): Promise<void> {
    await this.database.putField(sessionId, field, text);
  }

  /** Removes what has expired; says how many sessions that were. */
  sweep(): Promise<number> {
    return sweepExpired(this.database, nowSeconds(this.clock));
  }

  /** What was submitted before a close goes on; what comes after it is refused. */
  private checkOpen(): void {
    if (this.closed) throw new ParleyError('store_unavailable', 'The embedded store is closed.');
  }

  /** For reads: writes look inside their transaction. */
  private readable(sessionId: string): SessionHeader {
    this.checkOpen();
    return this.existing(sessionId);
  }

  private header(sessionId: string): SessionHeader | undefined {
    const header = this.database.headers.get(sessionId);
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
}
