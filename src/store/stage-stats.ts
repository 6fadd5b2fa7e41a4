import { bucketOf } from './latency-buckets';
import type { LatencySample, StageStats } from './session-state';
import { RECENT_SAMPLES } from './session-store';

export function emptyStats(): StageStats {
  return { count: 0, total: 0, min: Infinity, max: -Infinity, buckets: new Map(), recent: [] };
}

/** Counts one more sample of a stage, as the stores do. */
export function countSample(latency: Map<string, StageStats>, stage: string, sample: LatencySample): void {
  let stats = latency.get(stage);
  if (!stats) latency.set(stage, (stats = emptyStats()));
  const { seconds } = sample;
  stats.count += 1;
  stats.total += seconds;
  stats.min = Math.min(stats.min, seconds);
  stats.max = Math.max(stats.max, seconds);
  const bucket = bucketOf(seconds);
  stats.buckets.set(bucket, (stats.buckets.get(bucket) ?? 0) + 1);
  stats.recent.push(sample);
  if (stats.recent.length > RECENT_SAMPLES) stats.recent.shift();
}
