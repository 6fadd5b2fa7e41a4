import { highestRate } from './search';

describe('the search of the highest rate', () => {
  const asked: number[] = [];
  const limit = (highest: number) => async (rate: number) => {
    asked.push(rate);
    return rate <= highest;
  };
  beforeEach(() => void asked.splice(0));

  it.each([70, 1000, 5300, 41_000])('comes within the ratio of %d, from below', async (highest) => {
    const found = await highestRate(limit(highest), { first: 1000, least: 50, ratio: 1.05 });
    expect(found).toBeLessThanOrEqual(highest);
    expect(found).toBeGreaterThan(highest / 1.06);
    expect(asked.length).toBeLessThan(30);
  });

  it('tries a rate once more that has not held', async () => {
    const unlucky = new Set([2000, 4000]);
    const found = await highestRate(async (rate) => !unlucky.delete(rate) && rate <= 5000, {
      first: 1000,
      least: 50,
      ratio: 1.05,
    });
    expect(found).toBeGreaterThan(4700);
  });

  it('ends where nothing holds', async () => {
    expect(await highestRate(limit(49), { first: 1000, least: 50, ratio: 1.05 })).toBe(0);
    expect(Math.min(...asked)).toBeGreaterThanOrEqual(50);
  });
});
