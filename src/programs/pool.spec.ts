import { setImmediate as nextRound } from 'node:timers/promises';
import { mapLimited } from './pool';

describe('mapLimited', () => {
  it('works on as many as it may, and gives the results in the order of the items', async () => {
    let working = 0;
    let most = 0;
    const results = await mapLimited([5, 1, 4, 2, 3], 2, async (rounds) => {
      working += 1;
      most = Math.max(most, working);
      for (let round = 0; round < rounds; round += 1) await nextRound();
      working -= 1;
      return rounds * 10;
    });
    expect(results).toEqual([50, 10, 40, 20, 30]);
    expect(most).toBe(2);
  });

  it('has nothing to do without items', async () => {
    expect(await mapLimited([], 8, async () => 1)).toEqual([]);
  });
});
