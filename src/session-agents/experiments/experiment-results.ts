import { Inject, Injectable } from '@nestjs/common';
import { addBuckets, type Buckets, byStage, type StageSummary, summarizeBuckets } from '../../latency';
import { SHARED_STORE, type SharedStore } from '../../store/shared-store';
import { type Interval, percentileInterval, rateInterval } from './confidence';
import type { Experiment, Variant } from './experiment';
import { COUNTER, countersKey } from './experiment-counters';

/** A stage in figures: percentiles in seconds, within 1 % of the exact ones. */
export type StageResults = Pick<StageSummary, 'count' | 'p50' | 'p90' | 'p95' | 'p99'> & {
  readonly intervals: { readonly p50: Interval; readonly p95: Interval };
};

export interface VariantResults {
  readonly name: string;
  readonly weight: number;
  /** That joined. */
  readonly sessions: number;
  /** Messages of callers. */
  readonly turns: number;
  readonly interruptions: number;
  /** Interruptions per turn; null without turns. */
  readonly interruptionRate: number | null;
  /** As if no turn had anything to do with the others; null without turns. */
  readonly interruptionRateInterval: Interval | null;
  readonly handoffs: number;
  readonly stages: { readonly [stage: string]: StageResults };
}

/** What the variants of experiments have shown so far, of all processes together. */
@Injectable()
export class ExperimentResults {
  constructor(@Inject(SHARED_STORE) private readonly store: SharedStore) {}

  of({ id, variants }: Experiment): Promise<VariantResults[]> {
    return Promise.all(
      variants.map(async (variant) => resultsOf(variant, await this.store.readCounts(countersKey(id, variant.name)))),
    );
  }

  async clear({ id, variants }: Pick<Experiment, 'id' | 'variants'>): Promise<void> {
    await Promise.all(variants.map(({ name }) => this.store.removeCounts(countersKey(id, name))));
  }
}

function resultsOf({ name, weight }: Variant, counts: ReadonlyMap<string, number>): VariantResults {
  const count = (counter: string) => counts.get(counter) ?? 0;
  const [turns, interruptions] = [count(COUNTER.turns), count(COUNTER.interruptions)];
  return {
    name,
    weight,
    sessions: count(COUNTER.sessions),
    turns,
    interruptions,
    interruptionRate: turns === 0 ? null : interruptions / turns,
    interruptionRateInterval: turns === 0 ? null : rateInterval(interruptions, turns),
    handoffs: count(COUNTER.handoffs),
    stages: stagesOf(counts),
  };
}

function stagesOf(counts: ReadonlyMap<string, number>): VariantResults['stages'] {
  const buckets = new Map<string, Map<number, number>>();
  addBuckets(buckets, counts);
  return byStage(buckets, stageResults);
}

/** Extremes and sums are not counted: they don't merge blindly. */
function stageResults(buckets: Buckets): StageResults {
  const { count, p50, p90, p95, p99 } = summarizeBuckets(buckets);
  const intervals = { p50: percentileInterval(buckets, 0.5), p95: percentileInterval(buckets, 0.95) };
  return { count, p50, p90, p95, p99, intervals };
}
