import { isJsonObject } from '../../common/json';
import { parseStats, parseStored, type StoredMessage } from '../layout/decode-session';
import { FIELD } from '../layout/fields';
import { bucketOf } from '../latency-buckets';
import { ACTIVE_AGENT_KEY, INTERRUPTED_KEY, type Op, type OpOf } from '../ops';
import { type Receipt, RECENT_SAMPLES, REMEMBERED_BATCHES } from '../session-store';
import { refusals } from '../store-errors';

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
  return receiptOf(Number(revision), Number(first), Number(count), Number(at));
}

export function receiptOf(revision: number, first: number, count: number, at: number): Receipt {
  return { revision, messages: Array.from({ length: count }, (_, index) => first + index), at };
}

/**
 * Works out one batch on the fields of a session: what apply-batch.lua does in Redis. Where it throws, the transaction
 * takes back what it wrote.
 */
export class BatchApplication {
  private lastSeq: number;

  constructor(
    private readonly sessionId: string,
    private readonly fields: SessionFields,
    lastSeq: number,
    private readonly now: number,
  ) {
    this.lastSeq = lastSeq;
  }

  run(ops: readonly Op[]): { lastSeq: number } {
    for (const op of ops) this.apply(op);
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
        // A message cleared since is no error; a number never given is.
        if (op.seq > this.lastSeq) throw refusals.messageNotFound(this.sessionId);
        return this.setJson(FIELD.heard(op.seq), op.content);
      case 'clearHistory':
        return this.clearHistory(op.agent);
      case 'systemPrompt':
        return this.systemPrompt(op);
      case 'setContext':
        return this.setJson(FIELD.context(op.key), op.value);
      case 'mergeContext':
        return this.mergeContext(op);
      case 'deleteContext':
        return this.fields.remove(FIELD.context(op.key));
      case 'setSlots':
        for (const [name, value] of Object.entries(op.slots)) this.setJson(FIELD.slot(name), value);
        return;
      case 'setToolOutput':
        return this.setJson(FIELD.toolOutput(op.tool), op.output);
      case 'setInterrupted':
        return this.setJson(FIELD.context(INTERRUPTED_KEY), op.value);
      case 'setActiveAgent':
        return this.setJson(FIELD.context(ACTIVE_AGENT_KEY), op.agent);
      case 'recordLatency':
        return this.recordLatency(op);
    }
  }

  private setJson(field: string, value: unknown): void {
    this.fields.set(field, JSON.stringify(value));
  }

  private append({ agent, role, content, at, meta }: OpOf<'append'>): void {
    this.lastSeq += 1;
    const message: StoredMessage = meta ? [at ?? this.now, role, content, meta] : [at ?? this.now, role, content];
    this.setJson(FIELD.message(this.lastSeq, agent), message);
    if (role === 'system' && this.fields.get(FIELD.system(agent)) === undefined) {
      this.fields.set(FIELD.system(agent), String(this.lastSeq));
    }
  }

  private clearHistory(agent: string | undefined): void {
    for (const field of this.fields.names()) {
      const message = /^m:(\d+):/.exec(field);
      if (message) {
        if (agent !== undefined && field.slice(message[0].length) !== agent) continue;
        this.fields.remove(field);
        this.fields.remove(FIELD.heard(Number(message[1])));
      } else if (agent === undefined && /^[pty]:/.test(field)) this.fields.remove(field);
    }
    if (agent === undefined) return;
    this.fields.remove(FIELD.prompt(agent));
    this.fields.remove(FIELD.system(agent));
  }

  /** A system message that was appended as the thread's first is the prompt that the new one replaces. */
  private systemPrompt({ agent, content }: OpOf<'systemPrompt'>): void {
    const system = Number(this.fields.get(FIELD.system(agent)) ?? NaN);
    if (this.fields.get(FIELD.prompt(agent)) === undefined && system === this.firstMessage(agent)) {
      this.fields.remove(FIELD.message(system, agent));
      this.fields.remove(FIELD.heard(system));
    }
    this.setJson(FIELD.prompt(agent), [this.now, content]);
  }

  private firstMessage(agent: string): number {
    const own = this.fields.names().filter((field) => /^m:\d+:/.test(field) && field.replace(/^m:\d+:/, '') === agent);
    return Math.min(...own.map((field) => Number(field.split(':')[1])));
  }

  private mergeContext({ key, value }: OpOf<'mergeContext'>): void {
    const base = parseStored(this.sessionId, this.fields.get(FIELD.context(key)));
    // Spread copies own members as own members: one called `__proto__` stays data.
    this.setJson(FIELD.context(key), isJsonObject(base) ? { ...base, ...value } : value);
  }

  private recordLatency({ stage, seconds, at, run, meta }: OpOf<'recordLatency'>): void {
    const stored = this.fields.get(FIELD.stageStats(stage));
    const { count, total, min, max } = stored ? parseStats(stored) : { count: 0, total: 0, min: seconds, max: seconds };
    const figures = [count + 1, total + seconds, Math.min(min, seconds), Math.max(max, seconds)];
    this.fields.set(FIELD.stageStats(stage), figures.join(' '));
    const bucket = FIELD.stageBucket(bucketOf(seconds), stage);
    this.fields.set(bucket, String(Number(this.fields.get(bucket) ?? 0) + 1));
    this.setJson(FIELD.stageRecent(count % RECENT_SAMPLES, stage), [at ?? this.now, seconds, run, meta]);
  }
}
