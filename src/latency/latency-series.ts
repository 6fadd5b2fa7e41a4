import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, nowSeconds } from '../common/clock';
import { SHARED_STORE, type SharedStore } from '../store/shared-store';
import { addBuckets } from './bucket-counters';
import { LatencyBudgets } from './budgets';
import { effectKey, parseEffectCounter } from './effect-counters';
import { addOverBudget, fleetKey, minuteOf, startOf } from './fleet-counters';
import { readMinutes } from './read-minutes';
import { percentilesOf } from './stage-summary';

export const SERIES_PARTS = ['none', 'agent', 'variant'] as const;

/** What is asked for; the empty text: all of them together. */
export interface SeriesQuery {
  /** How many minutes, the one under way included. */
  readonly minutes: number;
  readonly stage: string;
  readonly agent: string;
  /** `experiment/variant`. */
  readonly variant: string;
  /** A series for each agent, or each variant, instead of one for all. */
  readonly by: (typeof SERIES_PARTS)[number];
}

export interface SeriesPoint {
  /** Its beginning, seconds since the epoch. */
  readonly minute: number;
  readonly stage: string;
  /** Null: whoever was in charge. */
  readonly agent: string | null;
  /** Null: whatever it was. */
  readonly variant: string | null;
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Samples over the budget of the stage. */
  readonly breaches: number;
}

export interface Series {
  /** Beginning of the first minute, seconds since the epoch. */
  readonly fromMinute: number;
  /** Oldest first; minutes in which nothing was measured have none. */
  readonly points: readonly SeriesPoint[];
  /** Milliseconds that a stage may take. */
  readonly budgets: Readonly<Record<string, number>>;
}

/** What is counted for one point. */
interface Counted extends Pick<SeriesPoint, 'stage' | 'agent' | 'variant'> {
  readonly buckets: Map<number, number>;
  breaches: number;
}

/** Percentiles over time, of all processes together. */
@Injectable()
export class LatencySeries {
  constructor(
    @Inject(SHARED_STORE) private readonly store: SharedStore,
    private readonly budgets: LatencyBudgets,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws ParleyError `store_unavailable` */
  async read(query: SeriesQuery): Promise<Series> {
    const first = minuteOf(nowSeconds(this.clock)) - query.minutes + 1;
    const keyOf = isWhole(query) ? fleetKey : effectKey;
    const points: SeriesPoint[] = [];
    for await (const [minute, counts] of readMinutes(this.store, keyOf, first, query.minutes)) {
      points.push(...pointsOf(startOf(minute), counts, query));
    }
    return { fromMinute: startOf(first), points, budgets: this.budgets.milliseconds() };
  }
}

/** Whether nothing is told apart, which other counters have exactly. */
function isWhole({ agent, variant, by }: SeriesQuery): boolean {
  return agent === '' && variant === '' && by === 'none';
}

function pointsOf(at: number, counts: ReadonlyMap<string, number>, query: SeriesQuery): SeriesPoint[] {
  const counted = isWhole(query) ? countedOfStages(counts) : countedOfEffects(counts, query);
  const wanted = counted.filter(({ stage, buckets }) => buckets.size > 0 && (query.stage || stage) === stage);
  return wanted.map((one) => pointOf(at, one)).sort(byNames);
}

function countedOfStages(counts: ReadonlyMap<string, number>): Counted[] {
  const stages = new Map<string, Map<number, number>>();
  const over = new Map<string, number>();
  addBuckets(stages, counts);
  addOverBudget(over, counts);
  const whole = { agent: null, variant: null };
  return [...stages].map(([stage, buckets]) => ({ stage, ...whole, buckets, breaches: over.get(stage) ?? 0 }));
}

function countedOfEffects(counts: ReadonlyMap<string, number>, { agent, variant, by }: SeriesQuery): Counted[] {
  const found = new Map<string, Counted>();
  for (const [counter, amount] of counts) {
    const sample = parseEffectCounter(counter);
    if ((agent || sample.agent) !== sample.agent || (variant || sample.variant) !== sample.variant) continue;
    const names = {
      stage: sample.stage,
      agent: agent || by === 'agent' ? sample.agent : null,
      variant: variant || by === 'variant' ? sample.variant : null,
    };
    const key = JSON.stringify(names);
    let counted = found.get(key);
    if (!counted) found.set(key, (counted = { ...names, buckets: new Map(), breaches: 0 }));
    if (sample.bucket === undefined) counted.breaches += amount;
    else counted.buckets.set(sample.bucket, (counted.buckets.get(sample.bucket) ?? 0) + amount);
  }
  return [...found.values()];
}

function pointOf(minute: number, { buckets, breaches, ...names }: Counted): SeriesPoint {
  const percentile = percentilesOf(buckets);
  const ms = (share: number) => Math.round(percentile(share) * 1e6) / 1000;
  const count = [...buckets.values()].reduce((sum, samples) => sum + samples, 0);
  return { minute, ...names, count, p50Ms: ms(0.5), p95Ms: ms(0.95), p99Ms: ms(0.99), breaches };
}

function byNames(left: SeriesPoint, right: SeriesPoint): number {
  const [one, other] = [left, right].map(({ stage, agent, variant }) => JSON.stringify([stage, agent, variant]));
  return (one as string) < (other as string) ? -1 : 1;
}
