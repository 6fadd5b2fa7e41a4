import { isJsonObject, type JsonValue } from '../../common/json';
import { type AgentHeader, decodeAgentHeader, encodeAgentHeader, NO_AGENT_HEADER } from '../agent-state';
import { decodeStored, parseStats, parseStored, type StoredMessage } from '../layout/decode-session';
import { FIELD } from '../layout/fields';
import { bucketOf } from '../latency-buckets';
import { decodeLease, encodeLease, type Lease, mayTake, NO_LEASE } from '../lease';
import {
  ACTIVE_AGENT_KEY,
  type ChangeAgentsOp,
  INTERRUPTED_KEY,
  type Op,
  type OpOf,
  type ReleaseLeaseOp,
  type TakeLeaseOp,
} from '../ops';
import { type PlaybackRefusal, PlaybackSteps } from '../playback';
import { NO_EPOCH, receiptOf } from '../receipt';
import { heardOf } from '../apply-change';
import { encodeEvent } from '../layout/timeline';
import { agentName, cutTo, type Heard, type InEffect, inEffect, type TimelineEvent } from '../session-state';
import { type Batch, KEPT_CHANGES, type Receipt, RECENT_SAMPLES, REMEMBERED_BATCHES } from '../session-store';
import { refusals } from '../store-errors';
import { HistoryIndex } from './history-index';
import { playbackRecords } from './playback-records';
import { addToRun } from './run-fields';
import type { SessionFields } from './session-fields';

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** The receipt of a batch that was applied before. @throws `idempotency_key_reused` */
export function rememberedReceipt(sessionId: string, stored: string, fingerprint: string): Receipt {
  const [revision, first, count, at, known, epoch] = stored.split(' ') as [
    string,
    string,
    string,
    string,
    string,
    string?,
  ];
  if (known !== fingerprint) throw refusals.batchReused(sessionId);
  return { ...receiptOf(Number(revision), Number(first), Number(count), Number(at), epoch), repeated: true };
}

/** Where a batch falls. */
export interface BatchPlace {
  /** The last message number that was given before it. */
  readonly lastSeq: number;
  /** The session's revision that it makes. */
  readonly revision: number;
  /** Seconds since the epoch. */
  readonly now: number;
  readonly keepsRuns: boolean;
}

/**
 * Works out one batch on the fields of a session: what apply-batch.lua does in Redis. Where it throws, the transaction
 * takes back what it wrote.
 */
export class BatchApplication {
  private lastSeq: number;
  /** Events of this batch so far. */
  private events = 0;
  /** Of interruptions, once the batch has interrupted or resumed. */
  private toldEpoch = NO_EPOCH;
  /** The batch takes messages back, of one agent or of all. */
  private hasCleared = false;
  private readonly playback: PlaybackSteps;
  private index: HistoryIndex | undefined;
  /** Objects that are being merged, by context key: parsed once and written once a batch. */
  private readonly merges = new Map<string, Map<string, JsonValue>>();

  constructor(
    private readonly sessionId: string,
    private readonly fields: SessionFields,
    private readonly place: BatchPlace,
  ) {
    this.lastSeq = place.lastSeq;
    this.playback = new PlaybackSteps(playbackRecords(sessionId, fields), place.now);
  }

  run({ ops, fence }: Pick<Batch, 'ops' | 'fence'>): { lastSeq: number; epoch: string } {
    if (fence !== undefined && fence < this.lease().fence) throw refusals.leaseLost(this.sessionId);
    for (const op of ops) this.apply(op);
    // fromEntries defines own properties: a member called `__proto__` stays data.
    for (const [key, members] of this.merges) this.setJson(FIELD.context(key), Object.fromEntries(members));
    return { lastSeq: this.lastSeq, epoch: this.toldEpoch };
  }

  /** Remembers the batch and forgets the one whose place in the ring it takes. */
  remember(batchId: string, receipt: Receipt, firstSeq: number, fingerprint: string): void {
    const slot = FIELD.batchRing(receipt.revision % REMEMBERED_BATCHES);
    const oldest = this.fields.get(slot);
    if (oldest !== undefined) this.fields.remove(FIELD.batch(oldest));
    this.fields.set(slot, batchId);
    const { revision, messages, at, epoch = NO_EPOCH } = receipt;
    this.fields.set(FIELD.batch(batchId), [revision, firstSeq, messages.length, at, fingerprint, epoch].join(' '));
  }

  /** Keeps a change for who was away. What was cleared is kept nowhere, so then the changes before it go as well. */
  keep(revision: number, change: string | undefined): void {
    if (this.hasCleared) {
      for (let place = 0; place < KEPT_CHANGES; place += 1) this.fields.remove(FIELD.keptChange(place));
    } else if (change !== undefined) this.fields.set(FIELD.keptChange(revision), change);
  }

  private apply(op: Op): void {
    switch (op.op) {
      case 'append':
        return this.append(op);
      case 'truncate':
        if (op.epoch !== undefined && op.epoch < this.epoch()) throw refusals.epochPassed(this.sessionId);
        return this.cut(op.seq, cutTo(op));
      case 'clearHistory':
        return this.clearHistory(op.agent);
      case 'systemPrompt':
        return this.systemPrompt(op);
      case 'setContext':
        return this.setContext(op.key, op.value);
      case 'mergeContext':
        return this.mergeContext(op);
      case 'deleteContext':
        this.merges.delete(op.key);
        return this.fields.remove(FIELD.context(op.key));
      case 'setSlots':
        for (const [name, value] of Object.entries(op.slots)) this.setJson(FIELD.slot(name), value);
        return;
      case 'setToolOutput':
        this.addEvent({ kind: 'tool', tool: op.tool });
        return this.setJson(FIELD.toolOutput(op.tool), op.output);
      case 'setInterrupted':
        return this.setInterrupted(op);
      case 'setActiveAgent':
        return this.setActiveAgent(op.agent);
      case 'recordLatency':
        return this.recordLatency(op);
      case 'enqueuePlayback':
        return this.enqueuePlayback(op);
      case 'clearPlayback':
        return this.playback.clear();
      case 'movePlayback':
        return this.refuse(this.playback.move(op, this.isInterrupted()));
      case 'takeLease':
        return this.takeLease(op);
      case 'releaseLease':
        return this.releaseLease(op);
      case 'changeAgents':
        return this.changeAgents(op);
    }
  }

  private enqueuePlayback({ message, epoch }: OpOf<'enqueuePlayback'>): void {
    const current = this.epoch();
    if (epoch !== undefined && epoch < current) throw refusals.epochPassed(this.sessionId);
    this.refuse(this.playback.enqueue(message, current));
  }

  private refuse(refusal: PlaybackRefusal | undefined): void {
    if (refusal === 'full') throw refusals.playbackFull(this.sessionId);
    if (refusal === 'not_held') throw refusals.playbackNotHeld(this.sessionId);
  }

  private isInterrupted(): boolean {
    return !this.merges.has(INTERRUPTED_KEY) && this.fields.get(FIELD.context(INTERRUPTED_KEY)) === 'true';
  }

  private lease(): Lease {
    const text = this.fields.get(FIELD.lease);
    return text === undefined ? NO_LEASE : decodeStored(this.sessionId, () => decodeLease(text));
  }

  private takeLease({ fence, until, holder }: TakeLeaseOp): void {
    const taken = { fence, until, holder };
    if (!mayTake(this.lease(), taken, this.place.now)) throw refusals.leaseHeld(this.sessionId);
    this.fields.set(FIELD.lease, encodeLease(taken));
  }

  private releaseLease({ fence }: ReleaseLeaseOp): void {
    const lease = this.lease();
    if (fence < lease.fence) throw refusals.leaseLost(this.sessionId);
    this.fields.set(FIELD.lease, encodeLease({ ...lease, fence, until: 0 }));
  }

  private setInterrupted({ value, cause, spoken }: OpOf<'setInterrupted'>): void {
    const epoch = this.epoch() + (value ? 1 : 0);
    if (value) this.fields.set(FIELD.epoch, String(epoch));
    this.setContext(INTERRUPTED_KEY, value);
    this.addEvent({ kind: 'interrupted', value, epoch });
    this.toldEpoch = String(epoch);
    if (value) this.playback.interrupt();
    if (spoken) this.cut(spoken.seq, heardOf(spoken, cause));
  }

  /** Only a change of hands is an event. */
  private setActiveAgent(agent: string): void {
    const from = this.activeAgent();
    this.setContext(ACTIVE_AGENT_KEY, agent);
    if (from !== agent) this.addEvent({ kind: 'agent', agent, from });
  }

  /** A message cleared since is no error; a number never given is. */
  private cut(seq: number, heard: Heard): void {
    if (seq > this.lastSeq) throw refusals.messageNotFound(this.sessionId);
    this.setHistory(FIELD.heard(seq), heard);
  }

  private epoch(): number {
    return Number(this.fields.get(FIELD.epoch) ?? 0);
  }

  private addEvent(event: DistributiveOmit<TimelineEvent, 'at' | 'afterSeq'>): void {
    const stored = encodeEvent({ ...event, at: this.place.now, afterSeq: this.lastSeq });
    this.setJson(FIELD.event(this.place.revision, this.events), stored);
    this.events += 1;
  }

  private setJson(field: string, value: unknown): void {
    this.fields.set(field, JSON.stringify(value));
  }

  private setContext(key: string, value: JsonValue): void {
    this.merges.delete(key);
    this.setJson(FIELD.context(key), value);
  }

  private setHistory(field: string, value: unknown): void {
    this.setJson(field, value);
    this.index?.addField(field);
  }

  private history(): HistoryIndex {
    this.index ??= new HistoryIndex(this.fields.names());
    return this.index;
  }

  private append({ agent, role, content, at, meta }: OpOf<'append'>): void {
    this.lastSeq += 1;
    const message: StoredMessage = meta
      ? [at ?? this.place.now, role, content, meta]
      : [at ?? this.place.now, role, content];
    this.setJson(FIELD.message(this.lastSeq, agent), message);
    this.index?.addMessage(agent, this.lastSeq);
    if (role === 'user') this.fields.set(FIELD.turns, String(Number(this.fields.get(FIELD.turns) ?? 0) + 1));
    if (role === 'system' && this.fields.get(FIELD.system(agent)) === undefined) {
      this.setHistory(FIELD.system(agent), this.lastSeq);
    }
  }

  private clearHistory(agent: string | undefined): void {
    this.hasCleared = true;
    const fields = agent === undefined ? this.history().takeAll() : this.history().takeThread(agent);
    for (const field of fields) this.fields.remove(field);
  }

  /** A system message that was appended as the thread's first is the prompt that the new one replaces. */
  private systemPrompt({ agent, content }: OpOf<'systemPrompt'>): void {
    const system = this.fields.get(FIELD.system(agent));
    const isFirst = system !== undefined && this.fields.get(FIELD.prompt(agent)) === undefined;
    if (isFirst && this.history().firstMessage(agent) === Number(system)) {
      for (const field of this.history().takeMessage(agent, Number(system))) this.fields.remove(field);
    }
    this.setHistory(FIELD.prompt(agent), [this.place.now, content]);
  }

  /** One level deep; anything but an object is replaced. */
  private mergeContext({ key, value }: OpOf<'mergeContext'>): void {
    let members = this.merges.get(key);
    if (!members) {
      const base = parseStored(this.sessionId, this.fields.get(FIELD.context(key)));
      this.merges.set(key, (members = new Map(isJsonObject(base) ? Object.entries(base) : [])));
    }
    for (const [name, member] of Object.entries(value)) members.set(name, member);
  }

  private recordLatency(op: OpOf<'recordLatency'>): void {
    const { stage, seconds, at, run, meta } = op;
    const stored = this.fields.get(FIELD.stageStats(stage));
    const { count, total, min, max } = stored ? parseStats(stored) : { count: 0, total: 0, min: seconds, max: seconds };
    const figures = [count + 1, total + seconds, Math.min(min, seconds), Math.max(max, seconds)];
    this.fields.set(FIELD.stageStats(stage), figures.join(' '));
    const bucket = FIELD.stageBucket(bucketOf(seconds), stage);
    this.fields.set(bucket, String(Number(this.fields.get(bucket) ?? 0) + 1));
    const recent = [this.stamp(at ?? this.place.now), seconds, run, meta];
    this.setJson(FIELD.stageRecent(count % RECENT_SAMPLES, stage), recent);
    if (this.place.keepsRuns && run !== undefined) addToRun(this.sessionId, this.fields, op, at ?? this.place.now);
  }

  /** When a sample was taken, with what was in effect then, where anything was. */
  private stamp(at: number): number | readonly unknown[] {
    const effect = this.inEffect();
    if (!effect) return at;
    const { agent, agentsRevision, experiment } = effect;
    return [at, agent, agentsRevision, experiment && [experiment.id, experiment.variant]];
  }

  inEffect(): InEffect | undefined {
    return inEffect(this.activeAgent(), this.agentHeader());
  }

  activeAgent(): string | null {
    // What is being merged is an object, and no name.
    if (this.merges.has(ACTIVE_AGENT_KEY)) return null;
    return agentName(parseStored(this.sessionId, this.fields.get(FIELD.context(ACTIVE_AGENT_KEY))));
  }

  private agentHeader(): AgentHeader {
    const text = this.fields.get(FIELD.agents);
    return text === undefined ? NO_AGENT_HEADER : decodeStored(this.sessionId, () => decodeAgentHeader(text));
  }

  /** One more change of the agents, if nobody has come before. */
  private changeAgents(op: ChangeAgentsOp): void {
    const { after, records, entry, digest, experiment } = op;
    const header = this.agentHeader();
    if (header.changes !== after) throw refusals.agentsChanged(this.sessionId);
    const { revision } = this.place;
    const changes = after + 1;
    for (const [name, value] of Object.entries(records)) {
      if (value === null) this.fields.remove(FIELD.agentRecord(name));
      else this.setJson(FIELD.agentRecord(name), [revision, value]);
    }
    const stored = JSON.stringify([revision, digest, entry]);
    this.fields.set(FIELD.agentChange(changes), stored);
    const kept = this.pushOut(header.first, changes, header.bytes + Buffer.byteLength(stored), op);
    this.fields.set(FIELD.agents, encodeAgentHeader({ changes, ...kept, revision, digest, experiment }));
  }

  /** Removes the entries that are too old, the newest never. */
  private pushOut(from: number, last: number, all: number, { keep, keepBytes }: ChangeAgentsOp) {
    let first = from;
    let bytes = all;
    while (first < last && (last - first >= keep || bytes > keepBytes)) {
      const oldest = FIELD.agentChange(first);
      bytes -= Buffer.byteLength(this.fields.get(oldest) ?? '');
      this.fields.remove(oldest);
      first += 1;
    }
    return { first, bytes };
  }
}
