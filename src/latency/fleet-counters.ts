import { bucketCounter } from './bucket-counters';
import type { CountedSample } from './measured-batch';

/** How long a minute can be asked for. */
export const FLEET_MINUTES = 24 * 60;
const SECONDS_A_MINUTE = 60;
/** Counters of a minute live so long after their last addition, that is at least so long after the minute. */
export const FLEET_TTL_SECONDS = FLEET_MINUTES * SECONDS_A_MINUTE;

const OVER_BUDGET = 'over:';

/** The minute, counted from the epoch, that a time in seconds falls into. */
export function minuteOf(seconds: number): number {
  return Math.floor(seconds / SECONDS_A_MINUTE);
}

export function startOf(minute: number): number {
  return minute * SECONDS_A_MINUTE;
}

/** Where the counters of a minute are kept. */
export function fleetKey(minute: number): string {
  return `latency/${minute}`;
}

/** The minute of a {@link fleetKey}. */
export function minuteOfKey(key: string): number {
  return Number(key.slice(key.indexOf('/') + 1));
}

/** What a sample adds to the counters of its minute. */
export function fleetCounters({
  stage,
  seconds,
  isOverBudget,
}: CountedSample): (readonly [counter: string, amount: number])[] {
  const bucket = [bucketCounter(stage, seconds), 1] as const;
  return isOverBudget ? [bucket, [OVER_BUDGET + stage, 1]] : [bucket];
}

/** Adds what was over budget to its stage. */
export function addOverBudget(stages: Map<string, number>, counts: ReadonlyMap<string, number>): void {
  for (const [counter, count] of counts) {
    if (!counter.startsWith(OVER_BUDGET)) continue;
    const stage = counter.slice(OVER_BUDGET.length);
    stages.set(stage, (stages.get(stage) ?? 0) + count);
  }
}
