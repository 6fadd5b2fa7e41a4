import { DDSketch } from '@datadog/sketches-js';
import { summarizeBuckets, summarizeStage } from '../../src/latency';
import type { StageStats } from '../../src/store/session-state';
import { countSample } from '../../src/store/stage-stats';
import { exactQuantile, samplesOf } from './exact-quantiles';

const SHARES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const;
const FIGURES = Object.entries(SHARES) as [keyof typeof SHARES, number][];
/** One percent, and what floating point adds where a value lies on the border of two buckets. */
const BOUND = 0.01 + 1e-9;

function statsOf(samples: Iterable<number>): StageStats {
  const latency = new Map<string, StageStats>();
  for (const seconds of samples) countSample(latency, 'llm', { seconds, at: 0 });
  return latency.get('llm') as StageStats;
}

/** The heaviest of each kind; the bench has all of them. */
const HEAVIEST = ['Pareto with index 1.1', 'lognormal with spread 2.5'];

describe.each(HEAVIEST)('the percentiles of a million samples, %s', (name) => {
  const samples = samplesOf(name, 1_000_000, 20_26);
  const stats = statsOf(samples);
  const summary = summarizeStage(stats);
  const sorted = samples.slice().sort();

  it.each(FIGURES)('are within 1 %% of the exact ones: %s', (figure, share) => {
    expect(Math.abs(summary[figure] / exactQuantile(sorted, share) - 1)).toBeLessThanOrEqual(BOUND);
  });

  it('are as far from the exact ones as those of DDSketch with the same accuracy', () => {
    const sketch = new DDSketch({ relativeAccuracy: 0.01 });
    for (const seconds of samples) sketch.accept(seconds);
    for (const [figure, share] of FIGURES) {
      const theirs = sketch.getValueAtQuantile(share);
      expect(Math.abs(theirs / exactQuantile(sorted, share) - 1)).toBeLessThanOrEqual(BOUND);
      // Both are within 1 % of the same value.
      expect(Math.abs(summary[figure] / theirs - 1)).toBeLessThanOrEqual(0.0203);
    }
  });

  it('come with exact extremes and sums, and from buckets alone with all figures within 1 %', () => {
    const total = samples.reduce((sum, seconds) => sum + seconds, 0);
    expect(summary).toMatchObject({ count: samples.length, min: sorted[0], max: sorted.at(-1), total });
    const bare = summarizeBuckets(stats.buckets);
    expect(bare.count).toBe(samples.length);
    for (const figure of ['min', 'max', 'avg', 'total', 'p50', 'p90', 'p95', 'p99'] as const) {
      const exact = figure in SHARES ? exactQuantile(sorted, SHARES[figure as 'p50']) : summary[figure];
      expect(Math.abs(bare[figure] / exact - 1)).toBeLessThanOrEqual(BOUND);
    }
  });
});

describe('the percentiles of edge values', () => {
  it.each([0, 1e-9, 1e-3, 1, 1e9])('are the value itself where all samples are: %d', (seconds) => {
    const { min, max, p50, p99 } = summarizeStage(statsOf([seconds, seconds, seconds]));
    expect([min, max, p50, p99]).toEqual([seconds, seconds, seconds, seconds]);
  });

  it('reach from nothing to thirty years', () => {
    const { min, max, p50, p99, count } = summarizeStage(statsOf([0, 0, 1e-9, 0.5, 1e9]));
    expect([count, min, max]).toEqual([5, 0, 1e9]);
    expect(Math.abs(p50 - 1e-9)).toBeLessThanOrEqual(1e-11);
    expect(p99).toBeCloseTo(0.5, 2);
  });

  it('of nothing are off by a nanosecond at most, which is as short as is told apart', () => {
    const { p50, p90 } = summarizeStage(statsOf([0, 0, 0, 0, 1]));
    expect(p50).toBeLessThanOrEqual(1.01e-9);
    expect(p90).toBeLessThanOrEqual(1.01e-9);
  });

  it('are within 1 % on both sides of every border between buckets', () => {
    for (let exponent = -900; exponent <= 1030; exponent += 1) {
      const border = (1.01 / 0.99) ** exponent;
      for (const seconds of [border, border * (1 - 1e-15), border * (1 + 1e-15)]) {
        const { min } = summarizeBuckets(statsOf([seconds]).buckets);
        expect(Math.abs(min / seconds - 1)).toBeLessThanOrEqual(BOUND);
      }
    }
  });
});
