/**
 * Log buckets with a relative error of 1 % (DDSketch, Masson et al., VLDB 2019): bucket `i` holds the durations in
 * (gamma^(i-1), gamma^i] seconds, and the value reported for it is off by at most 1 % from any of them.
 */
const RELATIVE_ERROR = 0.01;
const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
const LOG_GAMMA = Math.log(GAMMA);
/** Below a nanosecond a duration counts as one: the logarithm of 0 has no bucket. */
const SMALLEST_SECONDS = 1e-9;

export function bucketOf(seconds: number): number {
  return Math.ceil(Math.log(Math.max(seconds, SMALLEST_SECONDS)) / LOG_GAMMA);
}

/** The duration, in seconds, that stands for all of a bucket. */
export function bucketSeconds(bucket: number): number {
  return (2 * GAMMA ** bucket) / (GAMMA + 1);
}
