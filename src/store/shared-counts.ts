import type { Logger } from '@nestjs/common';
import { describeError } from '../common/logging/describe-error';
import type { SharedStore } from './shared-store';

/** Counters of one call of the store: what has piled up is written in parts that neither side chokes on. */
const MAX_COUNTERS_A_CALL = 2000;

/** What has been counted under one key and not written. */
interface KeyCounts {
  readonly key: string;
  readonly counts: Map<string, number>;
}

/**
 * Counts in memory, and writes what has been counted when it is told to: in the store the counts of all processes add
 * up. Bounded as far as keys and names of counters are. A write of unknown outcome is repeated: after an outage counts
 * can be there twice.
 */
export class SharedCounts {
  private pending = new Map<string, KeyCounts>();
  private failing = false;

  constructor(
    private readonly store: Pick<SharedStore, 'addCounts'>,
    private readonly ttlSeconds: number,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /** Keys under which something waits. */
  get size(): number {
    return this.pending.size;
  }

  add(key: string, counters: Iterable<readonly [counter: string, amount: number]>): void {
    let adding = this.pending.get(key);
    if (!adding) this.pending.set(key, (adding = { key, counts: new Map() }));
    for (const [counter, amount] of counters) adding.counts.set(counter, (adding.counts.get(counter) ?? 0) + amount);
  }

  /**
   * Writes what has been counted; what cannot be written waits for the next time.
   * @param isWanted what is no longer wanted is forgotten
   * @returns the keys that were written
   */
  async flush(isWanted: (key: string) => boolean = () => true): Promise<string[]> {
    const taken = [...this.pending.values()].filter(({ key }) => isWanted(key));
    this.pending = new Map();
    const written = await Promise.all(taken.flatMap(inParts).map((part) => this.write(part)));
    return [...new Set(written.filter((key) => key !== undefined))];
  }

  private async write({ key, counts }: KeyCounts): Promise<string | undefined> {
    try {
      await this.store.addCounts(key, counts, this.ttlSeconds);
      this.failing = false;
      return key;
    } catch (error) {
      this.add(key, counts);
      if (!this.failing)
        this.logger.warn({ msg: 'counts cannot be written; they are kept', err: describeError(error) });
      this.failing = true;
      return undefined;
    }
  }
}

function inParts({ key, counts }: KeyCounts): KeyCounts[] {
  if (counts.size <= MAX_COUNTERS_A_CALL) return [{ key, counts }];
  const all = [...counts];
  return Array.from({ length: Math.ceil(all.length / MAX_COUNTERS_A_CALL) }, (_, part) => ({
    key,
    counts: new Map(all.slice(part * MAX_COUNTERS_A_CALL, (part + 1) * MAX_COUNTERS_A_CALL)),
  }));
}
