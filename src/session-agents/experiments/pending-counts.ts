/** Counts of one variant that are not in the store yet. */
export interface VariantCounts {
  readonly experimentId: string;
  readonly key: string;
  readonly counts: ReadonlyMap<string, number>;
}

interface Adding extends VariantCounts {
  readonly counts: Map<string, number>;
}

/** What has been counted and not written, by variant: bounded, because the names of counters are. */
export class PendingCounts {
  private byKey = new Map<string, Adding>();

  get size(): number {
    return this.byKey.size;
  }

  add(experimentId: string, key: string, counters: Iterable<readonly [counter: string, amount: number]>): void {
    let adding = this.byKey.get(key);
    if (!adding) this.byKey.set(key, (adding = { experimentId, key, counts: new Map() }));
    for (const [counter, amount] of counters) adding.counts.set(counter, (adding.counts.get(counter) ?? 0) + amount);
  }

  /** Hands all over: whoever takes them writes them, or adds them again. */
  take(): VariantCounts[] {
    const taken = [...this.byKey.values()];
    this.byKey = new Map();
    return taken;
  }
}
