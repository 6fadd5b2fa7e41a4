import { bucketOf } from '../store/latency-buckets';

/** Samples of one stage by log bucket (store/latency-buckets.ts). */
export type Buckets = ReadonlyMap<number, number>;

/** The counter that a sample adds one to, where counters merge by name; the stage's name comes from outside: last. */
export function bucketCounter(stage: string, seconds: number): string {
  return `lb:${bucketOf(seconds)}:${stage}`;
}

/** Undefined for a counter of another kind. */
export function parseBucketCounter(counter: string): { readonly bucket: number; readonly stage: string } | undefined {
  const [, bucket, stage] = /^lb:(-?\d+):(.+)$/s.exec(counter) ?? [];
  return bucket === undefined || stage === undefined ? undefined : { bucket: Number(bucket), stage };
}

/** Adds the buckets among some counters to those of their stages. */
export function addBuckets(stages: Map<string, Map<number, number>>, counts: ReadonlyMap<string, number>): void {
  for (const [counter, count] of counts) {
    const parsed = parseBucketCounter(counter);
    if (!parsed) continue;
    let buckets = stages.get(parsed.stage);
    if (!buckets) stages.set(parsed.stage, (buckets = new Map<number, number>()));
    buckets.set(parsed.bucket, (buckets.get(parsed.bucket) ?? 0) + count);
  }
}
