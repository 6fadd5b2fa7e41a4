import { bucketOf } from '../store/latency-buckets';
import type { CountedSample, EffectLabels } from './measured-batch';
import { OTHER_NAMES } from './bounded-names';

/** Minutes for which it is kept who was speaking: there are many more of these counters than of the stages' alone. */
export const EFFECT_MINUTES = 6 * 60;
export const EFFECT_TTL_SECONDS = EFFECT_MINUTES * 60;

/** Log buckets (store/latency-buckets.ts) that are counted as one: figures are within 4 %, of a quarter of the counters. */
const BUCKETS_A_GROUP = 4;
/** As long as names of counters can be. */
const MAX_CHARACTERS = 256;
const OVER_BUDGET = 'over';

/** Samples of one stage under the same agent and variant. */
export interface EffectCount extends EffectLabels {
  readonly stage: string;
  /** The bucket that stands for all of a group; undefined: how many were over budget. */
  readonly bucket: number | undefined;
}

/** Where the counters of a minute are kept. */
export function effectKey(minute: number): string {
  return `latency-effects/${minute}`;
}

/** What a sample adds to the counters of its minute. */
export function effectCounters(
  { stage, seconds, isOverBudget }: CountedSample,
  labels: EffectLabels,
): (readonly [counter: string, amount: number])[] {
  const group = Math.floor(bucketOf(seconds) / BUCKETS_A_GROUP);
  const names = isOverBudget ? [group, OVER_BUDGET] : [group];
  return names.map((what) => [counterOf(what, stage, labels), 1]);
}

function counterOf(what: number | string, stage: string, { agent, variant }: EffectLabels): string {
  const counter = JSON.stringify([what, stage, agent, variant]);
  return counter.length <= MAX_CHARACTERS ? counter : JSON.stringify([what, stage, OTHER_NAMES, OTHER_NAMES]);
}

/** What {@link effectCounters} made. */
export function parseEffectCounter(counter: string): EffectCount {
  const [what, stage, agent, variant] = JSON.parse(counter) as [number | string, string, string, string];
  const bucket = typeof what === 'number' ? (what + 0.5) * BUCKETS_A_GROUP - 0.5 : undefined;
  return { stage, agent, variant, bucket };
}
