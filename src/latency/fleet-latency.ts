import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, nowSeconds } from '../common/clock';
import { SHARED_STORE, type SharedStore } from '../store/shared-store';
import { addBuckets } from './bucket-counters';
import { addOverBudget, fleetKey, minuteOf, startOf } from './fleet-counters';
import { readMinutes } from './read-minutes';
import type { BudgetedSummary } from './service-latency';
import { byStage, percentilesOf, summarizeBuckets } from './stage-summary';

export interface MinuteStage {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
}

export interface FleetMinute {
  /** Its beginning, seconds since the epoch. */
  readonly at: number;
  readonly stages: Readonly<Record<string, MinuteStage>>;
}

export interface FleetSummary {
  /** Seconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** Counts are exact, every other figure is within 1 %: buckets are what merges by itself. */
  readonly stages: Readonly<Record<string, BudgetedSummary>>;
  /** Oldest first; those without a sample are left out. */
  readonly minutes: readonly FleetMinute[];
}

type StageBuckets = Map<string, Map<number, number>>;

/** The stages of all sessions of all processes, by minute, for the last 24 hours. */
@Injectable()
export class FleetLatency {
  constructor(
    @Inject(SHARED_STORE) private readonly store: SharedStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Of so many minutes, the one under way included. @throws ParleyError `store_unavailable` */
  async summary(count: number): Promise<FleetSummary> {
    const to = nowSeconds(this.clock);
    const first = minuteOf(to) - count + 1;
    const stages: StageBuckets = new Map();
    const overBudget = new Map<string, number>();
    const minutes: FleetMinute[] = [];
    for await (const [minute, counts] of readMinutes(this.store, fleetKey, first, count)) {
      if (counts.size === 0) continue;
      addBuckets(stages, counts);
      addOverBudget(overBudget, counts);
      minutes.push(fleetMinute(minute, counts));
    }
    return { from: startOf(first), to, stages: summarize(stages, overBudget), minutes };
  }
}

function fleetMinute(minute: number, counts: ReadonlyMap<string, number>): FleetMinute {
  const buckets: StageBuckets = new Map();
  addBuckets(buckets, counts);
  return { at: startOf(minute), stages: byStage(buckets, minuteStage) };
}

function minuteStage(buckets: ReadonlyMap<number, number>): MinuteStage {
  const percentile = percentilesOf(buckets);
  const count = [...buckets.values()].reduce((sum, samples) => sum + samples, 0);
  return { count, p50: percentile(0.5), p95: percentile(0.95) };
}

function summarize(stages: StageBuckets, overBudget: ReadonlyMap<string, number>): FleetSummary['stages'] {
  return byStage(stages, (buckets, stage) => ({
    ...summarizeBuckets(buckets),
    overBudget: overBudget.get(stage) ?? 0,
  }));
}
