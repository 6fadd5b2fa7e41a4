import { bucketSeconds } from '../store/latency-buckets';
import type { StageStats } from '../store/session-state';

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

export function summarizeStage({ count, min, max, total, buckets }: StageStats): StageSummary {
  const sorted = [...buckets].sort(([left], [right]) => left - right);
  const percentile = (share: number) => clamp(quantile(sorted, share), min, max);
  return {
    count,
    min,
    max,
    avg: total / count,
    total,
    p50: percentile(0.5),
    p90: percentile(0.9),
    p95: percentile(0.95),
    p99: percentile(0.99),
  };
}

/** The value of the sample with rank `share * (count - 1)`, as DDSketch defines its quantiles. */
function quantile(buckets: readonly (readonly [bucket: number, count: number])[], share: number): number {
  const count = buckets.reduce((sum, [, samples]) => sum + samples, 0);
  const rank = share * (count - 1);
  let seen = 0;
  for (const [bucket, samples] of buckets) {
    seen += samples;
    if (seen > rank) return bucketSeconds(bucket);
  }
  return 0;
}

/** The extremes are known exactly: an estimate beyond them would be wrong for sure. */
function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
