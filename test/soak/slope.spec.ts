import { Random } from '../../src/programs/random';
import { grows, type Sample, slopeOf } from './slope';

/** Samples every ten seconds for half an hour. */
function samples(value: (hours: number, index: number) => number): Sample[] {
  return Array.from({ length: 180 }, (_, index) => ({ seconds: index * 10, value: value(index / 360, index) }));
}

describe('a slope', () => {
  it('of a straight line is the line', () => {
    const slope = slopeOf(samples((hours) => 100 + 20 * hours));
    expect(slope.perHour).toBeCloseTo(20);
    expect(slope.level).toBeCloseTo(105, 0);
    expect(grows(slope)).toBe(true);
  });

  it('of noise is nothing, however the noise falls', () => {
    const verdicts = Array.from({ length: 200 }, (_, run) => {
      const random = new Random(`noise ${run}`);
      return grows(slopeOf(samples(() => 100 + 10 * random.next())));
    });
    expect(verdicts.filter(Boolean).length).toBeLessThan(12);
  });

  it('of noise that wanders is nothing more often than not', () => {
    const verdicts = Array.from({ length: 200 }, (_, run) => {
      const random = new Random(`walk ${run}`);
      let level = 0;
      return grows(slopeOf(samples(() => 100 + (level = 0.8 * level + random.next() - 0.5))));
    });
    expect(verdicts.filter(Boolean).length).toBeLessThan(25);
  });

  it('of growth under noise is found', () => {
    const random = new Random('growth');
    expect(grows(slopeOf(samples((hours) => 100 + 30 * hours + 10 * random.next())))).toBe(true);
  });

  it('downwards, or too small to matter, is none', () => {
    expect(grows(slopeOf(samples((hours) => 100 - 20 * hours)))).toBe(false);
    expect(grows(slopeOf(samples((hours) => 100 + 0.5 * hours)))).toBe(false);
  });
});
