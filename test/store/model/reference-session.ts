import type { ErrorCode } from '../../../src/common/error-catalogue';
import type { JsonValue } from '../../../src/common/json';
import type { LatencyRun, SessionState } from '../../../src/store/session-state';
import type { Batch, Receipt } from '../../../src/store/session-store';
import { afterOp, effectOf, NO_DATA, type ReferenceData, type ReferenceMessage } from './reference-ops';

/** How long an ended session is told from one that never was, in seconds. */
const ENDED_SECONDS = 600;

export interface Living {
  readonly kind: 'live' | 'legacy';
  readonly revision: number;
  readonly createdAt: number | null;
  readonly updatedAt: number | null;
  readonly ttlSeconds: number | null;
  readonly expiresAt: number | null;
  readonly data: ReferenceData;
  readonly runs: readonly LatencyRun[];
  /** Receipts by batch id, with the operations that earned them. */
  readonly remembered: ReadonlyMap<string, { readonly receipt: Receipt; readonly ops: string }>;
}

/** What a store promises of one session, in memory: the reference that stores are compared with. */
export class ReferenceSession {
  private state: Living | { readonly kind: 'ended'; readonly expiresAt: number } | undefined;

  constructor(private readonly defaultTtlSeconds: number) {}

  /** Begins as a session of an older service, with what the store reads of it and nothing written yet. */
  adoptLegacy({
    createdAt,
    updatedAt,
    lastSeq,
    context,
    slots,
    toolOutputs,
    history,
    latency,
    runs,
    agents,
    epoch,
    timeline,
  }: SessionState): void {
    const messages = [...history].flatMap(([agent, { prompt, messages: list }]) =>
      (prompt ? [prompt, ...list] : list).map(({ seq, role, content, at, meta }): ReferenceMessage => ({
        agent,
        seq,
        role,
        content,
        at,
        meta,
      })),
    );
    const stages = [...latency].map(([stage, { recent, buckets, ...figures }]) => {
      const samples = recent.map(({ seconds, at, run, meta }) => ({ seconds, at, run, meta, inEffect: undefined }));
      return [stage, { ...figures, buckets: new Map(buckets), recent: samples }] as const;
    });
    this.state = {
      kind: 'legacy',
      revision: 0,
      createdAt,
      updatedAt,
      ttlSeconds: null,
      expiresAt: null,
      data: { lastSeq, context, slots, toolOutputs, messages, latency: new Map(stages), agents, epoch, timeline },
      runs,
      remembered: new Map(),
    };
  }

  create(ttlSeconds: number, batch: Batch, now: number): Receipt | ErrorCode {
    const found = this.living(now);
    if (typeof found === 'object') return found.remembered.has(batch.id) ? this.apply(batch, now) : 'session_exists';
    const fresh = { kind: 'live', revision: 0, data: NO_DATA, runs: [], remembered: new Map() } as const;
    return this.write({ ...fresh, createdAt: now, updatedAt: now, ttlSeconds, expiresAt: null }, batch, now);
  }

  apply(batch: Batch, now: number): Receipt | ErrorCode {
    const found = this.living(now);
    if (typeof found === 'string') return found;
    const known = found.remembered.get(batch.id);
    if (!known) return this.write(found, batch, now);
    if (known.ops !== JSON.stringify(batch.ops)) return 'idempotency_key_reused';
    const { inEffect: _effect, ...receipt } = known.receipt;
    return { ...receipt, repeated: true };
  }

  private write(before: Living, batch: Batch, now: number): Receipt | ErrorCode {
    const revision = before.revision + 1;
    let data: ReferenceData = before.data;
    for (const op of batch.ops) {
      const after = afterOp(data, op, now, revision);
      if (typeof after === 'string') return after;
      data = after;
    }
    const given = data.lastSeq - before.data.lastSeq;
    const messages = Array.from({ length: given }, (_, index) => before.data.lastSeq + 1 + index);
    const effect = effectOf(data);
    const told = batch.ops.some(({ op }) => op === 'setInterrupted') && { epoch: data.epoch };
    const receipt: Receipt = { revision, messages, at: now, ...told, ...(effect && { inEffect: effect }) };
    const ttlSeconds = before.ttlSeconds ?? this.defaultTtlSeconds;
    this.state = {
      kind: 'live',
      revision: receipt.revision,
      createdAt: before.createdAt ?? now,
      updatedAt: now,
      ttlSeconds,
      expiresAt: now + ttlSeconds,
      data,
      runs: before.runs,
      remembered: new Map([...before.remembered, [batch.id, { receipt, ops: JSON.stringify(batch.ops) }]]),
    };
    return receipt;
  }

  end(now: number): ErrorCode | undefined {
    const found = this.living(now);
    if (typeof found === 'string') return found;
    this.state = { kind: 'ended', expiresAt: now + ENDED_SECONDS };
    return undefined;
  }

  /** The session as it stands, or why there is none. */
  living(now: number): Living | 'session_not_found' | 'session_ended' {
    const expiresAt = this.state?.expiresAt;
    if (expiresAt != null && expiresAt <= now) this.state = undefined;
    if (!this.state) return 'session_not_found';
    return this.state.kind === 'ended' ? 'session_ended' : this.state;
  }

  agentChanges(now: number): number {
    const found = this.living(now);
    return typeof found === 'string' ? 0 : found.data.agents.changes;
  }

  lastSeq(now: number): number {
    const found = this.living(now);
    return typeof found === 'string' ? 0 : found.data.lastSeq;
  }

  /** A context value, or the code of the refusal, which is a text as well. */
  context(now: number, key: string): JsonValue | undefined {
    const found = this.living(now);
    return typeof found === 'string' ? found : found.data.context.get(key);
  }

  thread(now: number, agent: string): readonly ReferenceMessage[] | ErrorCode {
    const found = this.living(now);
    if (typeof found === 'string') return found;
    return found.data.messages.filter((message) => message.agent === agent).sort((left, right) => left.seq - right.seq);
  }
}
