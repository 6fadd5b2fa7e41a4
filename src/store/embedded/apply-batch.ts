import { isJsonObject, type JsonValue } from '../../common/json';
import { type AgentHeader, decodeAgentHeader, encodeAgentHeader, NO_AGENT_HEADER } from '../agent-state';
import { decodeStored, parseStats, parseStored, type StoredMessage } from '../layout/decode-session';
import { FIELD } from '../layout/fields';
import { bucketOf } from '../latency-buckets';
import { ACTIVE_AGENT_KEY, type ChangeAgentsOp, INTERRUPTED_KEY, type Op, type OpOf } from '../ops';
import { receiptOf } from '../receipt';
import { heardOf } from '../apply-change';
import { encodeEvent } from '../layout/timeline';
import { agentName, type Heard, type InEffect, inEffect, type TimelineEvent } from '../session-state';
import { type Receipt, RECENT_SAMPLES, REMEMBERED_BATCHES } from '../session-store';
import { refusals } from '../store-errors';
import { HistoryIndex } from './history-index';

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** One session's fields inside a write transaction: reads see what was set before. */
export interface SessionFields {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  remove(name: string): void;
  /** A copy: fields may be removed while it is walked. */
  names(): string[];
}

/** The receipt of a batch that was applied before. @throws `idempotency_key_reused` */
export function rememberedReceipt(sessionId: string, stored: string, fingerprint: string): Receipt {
  const [revision, first, count, at, known] = stored.split(' ') as [string, string, string, string, string];
  if (known !== fingerprint) throw refusals.batchReused(sessionId);
  return { ...receiptOf(Number(revision), Number(first), Number(count), Number(at)), repeated: true };
}

/**
 * Works out one batch on the fields of a session: what apply-batch.lua does in Redis. Where it throws, the transaction
 * takes back what it wrote.
 */
export class BatchApplication {
  private lastSeq: number;
  /** Events of this batch so far. */
  private events = 0;
  private index: HistoryIndex | undefined;
  /** Objects that are being merged, by context key: parsed once and written once a batch. */
  private readonly merges = new Map<string, Map<string, JsonValue>>();

  constructor(
    private readonly sessionId: string,
    private readonly fields: SessionFields,
    lastSeq: number,
    /** The session's revision that the batch makes. */
    private readonly revision: number,
    private readonly now: number,
  ) {
    this.lastSeq = lastSeq;
  }

  run(ops: readonly Op[]): { lastSeq: number } {
    for (const op of ops) this.apply(op);
    // fromEntries defines own properties: a member called `__proto__` stays data.
    for (const [key, members] of this.merges) this.setJson(FIELD.context(key), Object.fromEntries(members));
    return { lastSeq: this.lastSeq };
  }

  /** Remembers the batch and forgets the one whose place in the ring it takes. */
  remember(batchId: string, receipt: Receipt, firstSeq: number, fingerprint: string): void {
    const slot = FIELD.batchRing(receipt.revision % REMEMBERED_BATCHES);
    const oldest = this.fields.get(slot);
    if (oldest !== undefined) this.fields.remove(FIELD.batch(oldest));
    this.fields.set(slot, batchId);
    const value = `${receipt.revision} ${firstSeq} ${receipt.messages.length} ${receipt.at} ${fingerprint}`;
    this.fields.set(FIELD.batch(batchId), value);
  }

  private apply(op: Op): void {
    switch (op.op) {
      case 'append':
        return this.append(op);
      case 'truncate':
        if (op.epoch !== undefined && op.epoch < this.epoch()) throw refusals.epochPassed(this.sessionId);
        return this.cut(op.seq, op.content);
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
      case 'changeAgents':
        return this.changeAgents(op);
    }
  }

  private setInterrupted({ value, cause, spoken }: OpOf<'setInterrupted'>): void {
    const epoch = this.epoch() + (value ? 1 : 0);
    if (value) this.fields.set(FIELD.epoch, String(epoch));
    this.setContext(INTERRUPTED_KEY, value);
    this.addEvent({ kind: 'interrupted', value, epoch });
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
    const stored = encodeEvent({ ...event, at: this.now, afterSeq: this.lastSeq });
    this.setJson(FIELD.event(this.revision, this.events), stored);
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
    const message: StoredMessage = meta ? [at ?? this.now, role, content, meta] : [at ?? this.now, role, content];
    this.setJson(FIELD.message(this.lastSeq, agent), message);
    this.index?.addMessage(agent, this.lastSeq);
    if (role === 'system' && this.fields.get(FIELD.system(agent)) === undefined) {
      this.setHistory(FIELD.system(agent), this.lastSeq);
    }
  }

  private clearHistory(agent: string | undefined): void {
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
    this.setHistory(FIELD.prompt(agent), [this.now, content]);
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

  private recordLatency({ stage, seconds, at, run, meta }: OpOf<'recordLatency'>): void {
    const stored = this.fields.get(FIELD.stageStats(stage));
    const { count, total, min, max } = stored ? parseStats(stored) : { count: 0, total: 0, min: seconds, max: seconds };
    const figures = [count + 1, total + seconds, Math.min(min, seconds), Math.max(max, seconds)];
    this.fields.set(FIELD.stageStats(stage), figures.join(' '));
    const bucket = FIELD.stageBucket(bucketOf(seconds), stage);
    this.fields.set(bucket, String(Number(this.fields.get(bucket) ?? 0) + 1));
    const recent = [this.stamp(at ?? this.now), seconds, run, meta];
    this.setJson(FIELD.stageRecent(count % RECENT_SAMPLES, stage), recent);
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
    const { revision } = this;
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
