import { Random } from '../../src/programs/random';
import { Arrivals } from './arrivals';

const COUNT = 20_000;

function gaps(seed: string): number[] {
  const arrivals = new Arrivals(500, new Random(seed));
  const moments = Array.from({ length: COUNT }, () => arrivals.take());
  return moments.map((moment, index) => moment - (moments[index - 1] ?? 0));
}

describe('arrivals', () => {
  it('come as often as they are to, and the same for the same seed', () => {
    const mean = gaps('a').reduce((sum, gap) => sum + gap, 0) / COUNT;
    expect(mean).toBeGreaterThan(1.95);
    expect(mean).toBeLessThan(2.05);
    expect(gaps('a')).toEqual(gaps('a'));
    expect(gaps('a')).not.toEqual(gaps('b'));
  });

  it('keep no distance: as many come close upon each other as chance has it', () => {
    const close = gaps('a').filter((gap) => gap < 2).length / COUNT;
    expect(close).toBeGreaterThan(0.62);
    expect(close).toBeLessThan(0.645);
  });
});
