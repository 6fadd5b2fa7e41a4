import fc from 'fast-check';
import { mergeLatency, mergeStats, summarizeStage } from '../../src/latency';
import type { LatencySample, StageStats } from '../../src/store/session-state';
import { RECENT_SAMPLES } from '../../src/store/session-store';
import { countSample, emptyStats } from '../../src/store/stage-stats';
import { runProperty } from '../support/property';

/** Sums of multiples of 1/1024 are exact in any order: what differs would be a fault and not floating point. */
const sample = fc.record({
  seconds: fc.integer({ min: 0, max: 1 << 20 }).map((ticks) => ticks / 1024),
  at: fc.integer({ min: 0, max: 50 }),
  run: fc.constantFrom('a', 'b'),
});
const byTime = (left: LatencySample, right: LatencySample) => left.at - right.at;
const part = fc.array(sample, { maxLength: 60 }).map((samples) => statsOf(samples.sort(byTime)));

function statsOf(samples: readonly LatencySample[]): StageStats {
  const latency = new Map<string, StageStats>();
  for (const one of samples) countSample(latency, 'stt', one);
  return latency.get('stt') ?? emptyStats();
}

describe('merging the figures of several sessions', () => {
  it('gives the same in any order and any grouping', () =>
    runProperty(
      'merging is associative and commutative',
      fc.property(part, part, part, (a, b, c) => {
        const whole = mergeStats([a, b, c]);
        expect(mergeStats([c, a, b])).toEqual(whole);
        expect(mergeStats([mergeStats([a, b]), c])).toEqual(whole);
        expect(mergeStats([a, mergeStats([c, b])])).toEqual(whole);
        expect(mergeStats([whole, emptyStats()])).toEqual(whole);
      }),
      { numRuns: 200 },
    ));

  it('gives what one session with all samples would have', () =>
    runProperty(
      'merged parts are the whole',
      fc.property(fc.array(fc.array(sample, { maxLength: 30 }), { minLength: 1, maxLength: 5 }), (lists) => {
        fc.pre(lists.some((list) => list.length > 0));
        const { recent: _recent, ...merged } = mergeStats(lists.map(statsOf));
        const { recent: _whole, ...whole } = statsOf(lists.flat());
        expect(merged).toEqual(whole);
        expect(summarizeStage(merged)).toEqual(summarizeStage(whole));
      }),
      { numRuns: 200 },
    ));

  it('keeps the last raw samples of all of them, and leaves what it was given as it was', () => {
    const [early, late] = [1, 2].map((hundred) =>
      statsOf(Array.from({ length: 20 }, (_, index) => ({ seconds: 1, at: hundred * 100 + index }))),
    ) as [StageStats, StageStats];
    const { recent } = mergeStats([late, early]);
    expect(recent.map(({ at }) => at)).toEqual([
      ...Array.from({ length: RECENT_SAMPLES - 20 }, (_, index) => 108 + index),
      ...Array.from({ length: 20 }, (_, index) => 200 + index),
    ]);
    expect([early.count, early.recent.length, late.count]).toEqual([20, 20, 20]);
  });

  it('keeps stages apart', () => {
    const merged = mergeLatency([
      new Map([['stt', statsOf([{ seconds: 1, at: 1 }])]]),
      new Map([
        ['stt', statsOf([{ seconds: 3, at: 2 }])],
        ['llm', statsOf([{ seconds: 9, at: 2 }])],
      ]),
    ]);
    expect([...merged].map(([stage, { count, total }]) => [stage, count, total])).toEqual([
      ['stt', 2, 4],
      ['llm', 1, 9],
    ]);
  });
});
