import { type Buckets, percentilesOf } from '../../latency';

/** Where the true figure is likely to be: 95 % of such intervals hold it. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Standard deviations to each side. */
const Z = 1.96;

/** Of a count per `size`, as Byar approximates the exact interval of a Poisson count: within 1 %, from none on. */
export function rateInterval(count: number, size: number): Interval {
  return { low: count === 0 ? 0 : bound(count, -Z) / size, high: bound(count + 1, Z) / size };
}

function bound(count: number, z: number): number {
  return count * (1 - 1 / (9 * count) + z / (3 * Math.sqrt(count))) ** 3;
}

/** Of a percentile: the samples that stand where the true one may, whatever their distribution. */
export function percentileInterval(buckets: Buckets, share: number): Interval {
  const count = [...buckets.values()].reduce((sum, samples) => sum + samples, 0);
  const reach = Z * Math.sqrt((share * (1 - share)) / count);
  const percentile = percentilesOf(buckets);
  return { low: percentile(Math.max(0, share - reach)), high: percentile(Math.min(1, share + reach)) };
}
