import { bucketOf } from '../../store/latency-buckets';
import { percentileInterval, rateInterval } from './confidence';

describe('the interval of a rate', () => {
  it.each([
    [0, 0, 3.689],
    [1, 0.0253, 5.572],
    [10, 4.795, 18.39],
    [100, 81.36, 121.6],
  ])('is that of a Poisson count of %d', (count, low, high) => {
    const found = rateInterval(count, 1);
    expect(found.low).toBeCloseTo(low, 1);
    expect(found.high / high).toBeCloseTo(1, 1);
  });

  it('is per whatever was counted over', () => {
    expect(rateInterval(10, 50).low).toBeCloseTo(rateInterval(10, 1).low / 50);
  });
});

describe('the interval of a percentile', () => {
  const upTo = (count: number) => {
    const buckets = new Map<number, number>();
    for (let sample = 1; sample <= count; sample += 1) {
      const bucket = bucketOf(sample / count);
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
    }
    return buckets;
  };

  it('is of the samples whose ranks are likely', () => {
    const { low, high } = percentileInterval(upTo(1000), 0.5);
    expect(low).toBeCloseTo(0.469, 1);
    expect(high).toBeCloseTo(0.531, 1);
    expect(low).toBeLessThan(0.49);
    expect(high).toBeGreaterThan(0.51);
  });

  it('grows narrow with the samples, and is never wider than they are', () => {
    const width = (count: number) => {
      const { low, high } = percentileInterval(upTo(count), 0.95);
      return high - low;
    };
    expect(width(10_000)).toBeLessThan(width(100) / 4);
    expect(percentileInterval(upTo(2), 0.95).high).toBeLessThan(1.02);
  });
});
