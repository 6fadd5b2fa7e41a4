import { SeenRevisions } from './seen-revisions';

describe('SeenRevisions', () => {
  it('goes on from where nothing is missing', () => {
    const seen = new SeenRevisions(3);
    expect([seen.add(5), seen.last]).toEqual([true, 3]);
    expect([seen.add(6), seen.last]).toEqual([true, 3]);
    expect([seen.add(4), seen.last]).toEqual([true, 6]);
  });

  it('tells what was known already', () => {
    const seen = new SeenRevisions(3);
    seen.add(5);
    expect([2, 3, 5, 4, 4].map((revision) => seen.add(revision))).toEqual([false, false, false, true, false]);
  });

  it('takes a whole session for all that came before it', () => {
    const seen = new SeenRevisions(1);
    for (const revision of [4, 8, 9]) seen.add(revision);
    seen.reset(7);
    expect(seen.last).toBe(9);
  });

  it('follows a store that has gone back', () => {
    const seen = new SeenRevisions(9);
    seen.reset(6);
    expect([seen.last, seen.add(7), seen.last]).toEqual([6, true, 7]);
  });

  it('knows nothing before the first answer', () => {
    const seen = new SeenRevisions();
    expect([seen.add(4), seen.last]).toEqual([true, undefined]);
    seen.reset(4);
    expect(seen.last).toBe(4);
  });

  it('does not wait for ever for what never comes', () => {
    const seen = new SeenRevisions(1);
    for (let revision = 3; revision <= 1003; revision += 1) seen.add(revision);
    expect(seen.last).toBe(1003);
  });
});
