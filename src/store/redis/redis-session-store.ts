import { createHash } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { type Clock, nowSeconds } from '../../common/clock';
import type { JsonValue } from '../../common/json';
import type { ErrorCode } from '../../common/error-catalogue';
import { isParleyError, ParleyError } from '../../common/parley-error';
import { type EncodedBatch, encodeOps } from '../layout/batch-codec';
import { corrupt, decodeSession, decodeStored, parseStored } from '../layout/decode-session';
import { decodeAgentChanges, keptNumbers, NO_TRAIL } from '../layout/agent-changes';
import { fingerprintOf } from '../layout/fingerprint';
import { decodeHeader, FIELD, LEGACY_CORE, LEGACY_HISTORY, type StoredHeader } from '../layout/fields';
import { decodePlaybackQueue, decodeQueueHeader, keptPlayback, playbackOf } from '../layout/read-playback';
import { keptRevisions, recentChanges } from '../layout/kept-changes';
import { pageOfState, readHistoryPage } from '../layout/history-page';
import { convertLegacy, decodeLegacy } from '../layout/legacy-session';
import { overviewFields, overviewOf, readOverview } from '../layout/read-overview';
import { type AgentTrail, decodeAgentHeader, experimentOf, type StoredExperiment } from '../agent-state';
import { ACTIVE_AGENT_KEY, INTERRUPTED_KEY } from '../ops';
import { agentName, type InEffect, type SessionState } from '../session-state';
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
import { receiptOf, withEffect } from '../receipt';
import { checkBatch, refusals } from '../store-errors';
import { EndAnnouncements } from './end-announcements';
import type { FeedChannels } from './feed-channels';
import { publish } from './publish';
import { RedisChangeFeed } from './redis-change-feed';
import type { RedisCommands } from './redis-commands';
import type { RedisConnection } from './redis-connection';
import { fromRedisError } from './redis-errors';
import { Replication, type ReplicationOptions } from './replication';
import { SCRIPT_STATUS, statusError } from './script-status';
import { type AppliedReply, runScript, type ScriptMode, type ScriptReply } from './session-script';
import { SessionScan } from './session-scan';

export interface RedisStoreOptions {
  readonly keyPrefix: string;
  /** Time to live of a converted session of an older service, in seconds. */
  readonly defaultTtlSeconds: number;
  /** Whether samples are grouped into runs as well; not if absent. */
  readonly keepsRuns?: boolean;
  /** Whether writes wait for replicas; not if absent. */
  readonly replication?: ReplicationOptions | undefined;
  /** Where the server is, for the start-up banner; no credentials. */
  readonly address: string;
}

/**
 * An older service may write between a read and the conversion of what was read. Every miss is one such write, so
 * more than a few in a row mean something else is wrong.
 */
const MAX_CONVERSIONS = 8;

/** Sessions on one Redis server, the primary behind Sentinels, or a cluster: one hash a session, one script a write. */
export class RedisSessionStore implements SessionStore {
  readonly description: string;
  private readonly logger = new Logger(RedisSessionStore.name);
  private readonly ends: EndAnnouncements;
  private readonly feed: RedisChangeFeed;
  private readonly scan: SessionScan;
  private readonly replication: Replication | undefined;

  constructor(
    private readonly commands: RedisCommands,
    channels: FeedChannels,
    private readonly options: RedisStoreOptions,
    private readonly clock: Clock,
  ) {
    this.description = `redis (${options.address})`;
    this.replication = options.replication && new Replication(options.replication);
    this.scan = new SessionScan(commands, options.keyPrefix, (sessionId) => this.summary(sessionId));
    const announce = (sessionId: string, message: string) =>
      commands.send(sessionId, (redis) => publish(redis, this.key(sessionId), message));
    const warn = (error: unknown) => this.logger.warn(`change feed: ${fromRedisError(error).message}`);
    this.ends = new EndAnnouncements(announce, warn);
    this.feed = new RedisChangeFeed(channels, options.keyPrefix, warn, this.ends);
  }

  create(sessionId: string, ttlSeconds: number, batch: Batch): Promise<Receipt> {
    return this.write(sessionId, 'N', batch, String(ttlSeconds));
  }

  apply(sessionId: string, batch: Batch): Promise<Receipt> {
    return this.write(sessionId, 'A', batch);
  }

  private async write(sessionId: string, mode: ScriptMode, batch: Batch, ...extra: string[]): Promise<Receipt> {
    checkBatch(batch);
    const encoded = encodeOps(batch.ops, batch.fence);
    const args = this.scriptArgs(mode, batch.id, encoded, extra);
    let isReplicated: (() => Promise<boolean>) | undefined;
    const reply = await this.commands.sendInTurn(sessionId, async (redis) => {
      isReplicated = this.replication?.follow(redis, this.key(sessionId));
      const first = await runScript(redis, this.key(sessionId), args);
      return first === SCRIPT_STATUS.NEEDS_CONVERSION ? this.convert(redis, sessionId, batch.id, encoded) : first;
    });
    if (typeof reply === 'number') throw statusError(reply, sessionId);
    const receipt = decodeStored(sessionId, () => receiptOfReply(reply));
    return isReplicated === undefined || (await isReplicated()) ? receipt : { ...receipt, replicated: false };
  }

  /** The first write to a session of an older service: reads it, and converts exactly what was read in the same step. */
  private async convert(
    redis: RedisConnection,
    sessionId: string,
    batchId: string,
    encoded: EncodedBatch,
  ): Promise<ScriptReply> {
    const key = this.key(sessionId);
    for (let attempt = 0; attempt < MAX_CONVERSIONS; attempt += 1) {
      const [core, history] = await redis.hmgetBuffer(key, LEGACY_CORE, LEGACY_HISTORY);
      const legacy = { [LEGACY_CORE]: core?.toString(), [LEGACY_HISTORY]: history?.toString() };
      const fields = convertLegacy(sessionId, legacy, this.options.defaultTtlSeconds, nowSeconds(this.clock));
      const read = sha1(core ?? '') + sha1(history ?? '');
      const reply = await runScript(redis, key, this.scriptArgs('C', batchId, encoded, [read, ...fields]));
      if (reply !== SCRIPT_STATUS.NEEDS_CONVERSION) return reply;
    }
    throw new ParleyError('store_unavailable', `Session ${sessionId} is written too often by an older service.`);
  }

  private scriptArgs(
    mode: ScriptMode,
    batchId: string,
    { text, reads, turns }: EncodedBatch,
    extra: readonly string[],
  ) {
    const now = String(nowSeconds(this.clock));
    const how = `${mode}${reads.length}${this.options.keepsRuns ? '+' : ''}${turns > 0 ? `u${turns}` : ''}`;
    return [how, now, batchId, fingerprintOf(text), text, ...reads, ...extra];
  }

  async load(sessionId: string): Promise<SessionState> {
    // Upper case goes around the client's conversion of the reply into an object, which costs more than the parse.
    const key = this.key(sessionId);
    const fields = (await this.commands.send(sessionId, (redis) => redis.call('HGETALL', key))) as string[];
    if (fields.length === 0) throw refusals.notFound(sessionId);
    if (fieldOf(fields, FIELD.header) !== undefined) return decodeSession(sessionId, fields);
    if (fieldOf(fields, FIELD.endedAt) !== undefined) throw refusals.ended(sessionId);
    return this.loadLegacy(sessionId, fields);
  }

  private async loadLegacy(sessionId: string, fields: readonly string[]): Promise<SessionState> {
    const core = fieldOf(fields, LEGACY_CORE);
    const history = fieldOf(fields, LEGACY_HISTORY);
    if (core === undefined && history === undefined) throw corrupt(sessionId, 'fields of another program');
    const state = decodeLegacy(sessionId, { [LEGACY_CORE]: core, [LEGACY_HISTORY]: history });
    const ttlMs = await this.commands.send(sessionId, (redis) => redis.pttl(this.key(sessionId)));
    return { ...state, expiresAt: ttlMs > 0 ? nowSeconds(this.clock) + ttlMs / 1000 : null };
  }

  async readRevision(sessionId: string): Promise<number> {
    return (await this.readFields(sessionId, []))?.header.revision ?? 0;
  }

  async readContext(sessionId: string, key: string): Promise<JsonValue | undefined> {
    const found = await this.readFields(sessionId, [FIELD.context(key)]);
    if (!found) return (await this.load(sessionId)).context.get(key);
    return parseStored(sessionId, found.values[0]);
  }

  async readOverview(sessionId: string, query: OverviewQuery): Promise<SessionOverview> {
    const found = await this.readFields(sessionId, overviewFields(query));
    if (!found) return overviewOf(await this.load(sessionId), query);
    const read = (names: readonly string[]) =>
      this.commands.send(sessionId, (redis) => redis.hmget(this.key(sessionId), ...names));
    return readOverview(sessionId, found.header, found.values, query, read);
  }

  async readHistory(sessionId: string, agent: string, after: number, limit: number): Promise<HistoryPage> {
    const found = await this.readFields(sessionId, []);
    if (!found) return pageOfState(await this.load(sessionId), agent, after, limit);
    const read = (names: readonly string[]) =>
      this.commands.send(sessionId, (redis) => redis.hmget(this.key(sessionId), ...names));
    return readHistoryPage(sessionId, read, found.header.lastSeq, agent, after, limit);
  }

  async readPlayback(sessionId: string): Promise<SessionPlayback> {
    const names = [FIELD.playback, FIELD.epoch, FIELD.context(INTERRUPTED_KEY)];
    const found = await this.readFields(sessionId, names);
    if (!found) return playbackOf(await this.load(sessionId));
    const [stored, epoch, flag] = found.values;
    const header = decodeQueueHeader(sessionId, stored);
    const kept = keptPlayback(header).map(FIELD.playbackMessage);
    const read = () => this.commands.send(sessionId, (redis) => redis.hmget(this.key(sessionId), ...kept));
    const queue = decodePlaybackQueue(sessionId, header, kept.length > 0 ? await read() : []);
    return { queue, interrupted: flag === 'true', epoch: Number(epoch ?? 0) };
  }

  async readChanges(sessionId: string, after: number): Promise<RecentChanges | undefined> {
    const header = (await this.readFields(sessionId, []))?.header;
    const revisions = header && keptRevisions(after, header.revision);
    if (!revisions) return undefined;
    const kept = revisions.map(FIELD.keptChange);
    const read = () => this.commands.send(sessionId, (redis) => redis.hmget(this.key(sessionId), ...kept));
    return recentChanges(header, revisions, kept.length > 0 ? await read() : []);
  }

  async readAgentChanges(sessionId: string): Promise<AgentTrail> {
    const found = await this.readFields(sessionId, [FIELD.agents]);
    const header = found?.values[0];
    if (header == null) return NO_TRAIL;
    const { first, changes } = decodeStored(sessionId, () => decodeAgentHeader(header));
    const numbers = keptNumbers(first, changes);
    if (numbers.length === 0) return NO_TRAIL;
    const texts = await this.commands.send(sessionId, (redis) =>
      redis.hmget(this.key(sessionId), ...numbers.map(FIELD.agentChange)),
    );
    return { first, changes: decodeAgentChanges(sessionId, numbers, texts) };
  }

  /** The header and some fields of an existing session; undefined for one that an older service wrote. */
  private async readFields(
    sessionId: string,
    names: readonly string[],
  ): Promise<{ header: StoredHeader; values: readonly (string | null)[] } | undefined> {
    const [header, ...values] = await this.commands.send(sessionId, (redis) =>
      redis.hmget(this.key(sessionId), FIELD.header, ...names),
    );
    const decoded = header == null ? undefined : decodeHeader(header);
    if (decoded) return { header: decoded, values };
    // Says what is wrong, if anything is.
    await this.load(sessionId);
    return undefined;
  }

  async end(sessionId: string): Promise<void> {
    await this.readRevision(sessionId);
    await this.announceEnd(sessionId);
    const nothing = { text: '', reads: [], turns: 0 };
    const args = this.scriptArgs('E', NO_BATCH_ID, nothing, [String(ENDED_MEMORY_SECONDS)]);
    const reply = await this.commands.sendInTurn(sessionId, (redis) => runScript(redis, this.key(sessionId), args));
    if (typeof reply === 'number') throw statusError(reply, sessionId);
  }

  private async announceEnd(sessionId: string): Promise<void> {
    const unwatch = await this.watch(sessionId, () => undefined);
    try {
      await this.ends.announce(sessionId);
    } finally {
      await unwatch();
    }
  }

  list(limit: number, cursor?: string): Promise<SessionPage> {
    return this.scan.page(limit, cursor);
  }

  /** Undefined for what is no session any more, or never was one: another program's key must not break the list. */
  private async summary(sessionId: string): Promise<SessionSummary | undefined> {
    try {
      const found = await this.readFields(sessionId, [FIELD.context(ACTIVE_AGENT_KEY)]);
      if (!found) return summaryOf(await this.load(sessionId));
      const { revision, createdAt, updatedAt } = found.header;
      const activeAgent = agentName(parseStored(sessionId, found.values[0]));
      return { sessionId, revision, createdAt, updatedAt, activeAgent };
    } catch (error) {
      if (isParleyError(error) && GONE.includes(error.code)) return undefined;
      throw error;
    }
  }

  async watch(sessionId: string, listener: FeedListener): Promise<() => Promise<void>> {
    try {
      return await this.feed.watch(sessionId, listener);
    } catch (error) {
      throw fromRedisError(error, sessionId);
    }
  }

  async status(): Promise<StoreStatus> {
    try {
      await this.commands.ping();
      return { up: true };
    } catch (error) {
      return { up: false, reason: fromRedisError(error).message };
    }
  }

  private key(sessionId: string): string {
    return this.options.keyPrefix + sessionId;
  }
}

/** Ending is no batch: an id that none can have keeps it from being taken for one that was applied before. */
const NO_BATCH_ID = '';
const GONE: readonly ErrorCode[] = ['session_not_found', 'session_ended', 'session_corrupt'];

function summaryOf({ sessionId, revision, createdAt, updatedAt, context }: SessionState): SessionSummary {
  return { sessionId, revision, createdAt, updatedAt, activeAgent: agentName(context.get(ACTIVE_AGENT_KEY)) };
}

/** What the script answered about a batch that is applied, now or before. */
function receiptOfReply([revision, first, count, at, epoch, repeated, effect]: AppliedReply): Receipt {
  const receipt = receiptOf(revision, first, count, at, epoch);
  if (repeated === 1) return { ...receipt, repeated: true };
  return effect === '' ? receipt : withEffect(receipt, effectOf(effect));
}

/** Of `,agent,revision,experiment]`. */
function effectOf(text: string): InEffect {
  const [agent, agentsRevision, experiment] = JSON.parse(`[${text.slice(1)}`) as [
    string | null,
    number,
    StoredExperiment,
  ];
  return { agent, agentsRevision, experiment: experimentOf(experiment) };
}

function fieldOf(fields: readonly string[], name: string): string | undefined {
  for (let index = 0; index < fields.length; index += 2) if (fields[index] === name) return fields[index + 1];
  return undefined;
}

function sha1(value: Buffer | string): string {
  return createHash('sha1').update(value).digest('hex');
}
