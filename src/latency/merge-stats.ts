import type { LatencySample, StageStats } from '../store/session-state';
import { RECENT_SAMPLES } from '../store/session-store';
import { emptyStats } from '../store/stage-stats';

/** The stages of several sessions as those of one: the order of the sessions makes no difference. */
export function mergeLatency(sessions: Iterable<ReadonlyMap<string, StageStats>>): Map<string, StageStats> {
  const groups = new Map<string, StageStats[]>();
  for (const session of sessions) {
    for (const [stage, stats] of session) {
      const group = groups.get(stage);
      if (group) group.push(stats);
      else groups.set(stage, [stats]);
    }
  }
  return new Map([...groups].map(([stage, group]) => [stage, mergeStats(group)]));
}

/** One stage's figures of several sessions, with the last raw samples of all of them. */
export function mergeStats(parts: Iterable<StageStats>): StageStats {
  const merged = emptyStats();
  const recent: LatencySample[] = [];
  for (const part of parts) {
    merged.count += part.count;
    merged.total += part.total;
    merged.min = Math.min(merged.min, part.min);
    merged.max = Math.max(merged.max, part.max);
    for (const [bucket, samples] of part.buckets) {
      merged.buckets.set(bucket, (merged.buckets.get(bucket) ?? 0) + samples);
    }
    recent.push(...part.recent);
  }
  merged.recent.push(...recent.sort(byTime).slice(-RECENT_SAMPLES));
  return merged;
}

/** Samples of one time in an order of their own, so that which of them are kept does not depend on who came first. */
function byTime(left: LatencySample, right: LatencySample): number {
  return left.at - right.at || left.seconds - right.seconds || compareTexts(left.run ?? '', right.run ?? '');
}

function compareTexts(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
