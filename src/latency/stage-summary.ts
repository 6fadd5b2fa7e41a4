import { bucketSeconds } from '../store/latency-buckets';
import type { StageStats } from '../store/session-state';
import type { Buckets } from './bucket-counters';

/** A stage in figures, all in seconds; percentiles are within 1 % of the exact ones. */
export interface StageSummary {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly avg: number;
  readonly total: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
}

export function summarizeStage({ count, min, max, total, buckets }: Omit<StageStats, 'recent'>): StageSummary {
  const percentile = percentilesOf(buckets);
  const within = (share: number) => clamp(percentile(share), min, max);
  return {
    count,
    min,
    max,
    avg: total / count,
    total,
    p50: within(0.5),
    p90: within(0.9),
    p95: within(0.95),
    p99: within(0.99),
  };
}

/** Where buckets are all there is: every figure but the count is within 1 %. */
export function summarizeBuckets(buckets: Buckets): StageSummary {
  const stats = { count: 0, total: 0, min: Infinity, max: 0, buckets: new Map(buckets) };
  for (const [bucket, samples] of buckets) {
    const seconds = bucketSeconds(bucket);
    stats.count += samples;
    stats.total += samples * seconds;
    stats.min = Math.min(stats.min, seconds);
    stats.max = Math.max(stats.max, seconds);
  }
  return summarizeStage(stats);
}

/** Figures of each stage, in the order of the stages' names. */
export function byStage<S, T>(
  stages: Iterable<readonly [stage: string, stats: S]>,
  figures: (stats: S, stage: string) => T,
): Record<string, T> {
  const sorted = [...stages].sort(([left], [right]) => (left < right ? -1 : 1));
  // It defines own properties: a stage called `__proto__` stays data.
  return Object.fromEntries(sorted.map(([stage, stats]) => [stage, figures(stats, stage)]));
}

/** The value of the sample with rank `share * (count - 1)`, as DDSketch defines its quantiles. */
export function percentilesOf(buckets: Buckets): (share: number) => number {
  const sorted = [...buckets].sort(([left], [right]) => left - right);
  const count = sorted.reduce((sum, [, samples]) => sum + samples, 0);
  return (share) => {
    const rank = share * (count - 1);
    let seen = 0;
    for (const [bucket, samples] of sorted) {
      seen += samples;
      if (seen > rank) return bucketSeconds(bucket);
    }
    return 0;
  };
}

/** The extremes are known exactly: an estimate beyond them would be wrong for sure. */
function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
