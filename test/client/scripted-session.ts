import type { JsonValue } from '../../src/common/json';

export interface Applied {
  readonly revision: number;
  readonly batchId: string;
  readonly messages: readonly number[];
  readonly at: number;
  readonly ops: readonly JsonValue[];
  readonly source: string;
}

/** What a service keeps of a session: the batches that are durable, each once, and those it has only in memory. */
export class ScriptedSession {
  readonly log: Applied[] = [];
  /** Accepted and not durable, in order; `overturned` tells the one who sent it that it won't be. */
  private memory: { readonly batchId: string; readonly ops: readonly JsonValue[]; overturned: () => void }[] = [];

  get revision(): number {
    return 1 + this.log.length;
  }

  find(batchId: string): Applied | undefined {
    return this.log.find((applied) => applied.batchId === batchId);
  }

  knows(batchId: string): boolean {
    return this.find(batchId) !== undefined || this.memory.some((batch) => batch.batchId === batchId);
  }

  accept(batchId: string, ops: readonly JsonValue[], overturned: () => void): void {
    const known = this.memory.find((batch) => batch.batchId === batchId);
    if (known) known.overturned = overturned;
    else if (!this.find(batchId)) this.memory.push({ batchId, ops, overturned });
  }

  /** As when the process that has it dies. */
  forget(): void {
    this.memory = [];
  }

  /** As when the store refuses what was let in. */
  overturn(): void {
    for (const { overturned } of this.memory.splice(0)) overturned();
  }

  /** Makes durable what lies in memory, up to this batch. */
  store(batchId: string): Applied {
    const known = this.find(batchId);
    if (known) return known;
    const index = this.memory.findIndex((batch) => batch.batchId === batchId);
    if (index === -1) throw new Error(`${batchId} was never accepted`);
    for (const batch of this.memory.splice(0, index + 1)) this.apply(batch.batchId, batch.ops, 'live');
    return this.find(batchId) as Applied;
  }

  apply(batchId: string, ops: readonly JsonValue[], source: string): Applied {
    const applied = { revision: this.revision + 1, batchId, messages: [this.revision], at: 1, ops, source };
    this.log.push(applied);
    return applied;
  }

  state(sessionId: string) {
    const { revision } = this;
    const maps = { context: {}, slots: {}, toolOutputs: {}, history: {} };
    const times = { createdAt: 1, updatedAt: 1, expiresAt: null };
    return { sessionId, revision, ...times, activeAgent: null, interrupted: false, ...maps };
  }
}
