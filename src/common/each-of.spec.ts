import { eachOf } from './each-of';

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('working on each of many', () => {
  it('does all of it, so many at a time', async () => {
    const done: number[] = [];
    let underWay = 0;
    let most = 0;
    await eachOf([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      most = Math.max(most, (underWay += 1));
      await nextTurn();
      underWay -= 1;
      done.push(item);
    });
    expect({ done, most }).toEqual({ done: [1, 2, 3, 4, 5, 6, 7], most: 3 });
  });

  it('begins nothing after a failure, and lets what is under way end', async () => {
    const begun: number[] = [];
    let ended = 0;
    const work = async (item: number) => {
      begun.push(item);
      if (item === 2) throw new Error('two');
      await nextTurn();
      ended += 1;
    };
    await expect(eachOf([1, 2, 3, 4, 5], 2, work)).rejects.toThrow('two');
    expect({ begun, ended }).toEqual({ begun: [1, 2], ended: 1 });
  });

  it('is done at once with nothing', async () => {
    await expect(eachOf([], 4, nextTurn)).resolves.toBeUndefined();
  });
});
