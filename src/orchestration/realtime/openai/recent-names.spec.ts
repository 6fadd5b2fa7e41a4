import { RecentNames } from './recent-names';

describe('recent names', () => {
  it('are known again until so many others have come', () => {
    const names = new RecentNames(2);
    expect(['a', 'b', 'a', 'c', 'a'].map((name) => names.add(name))).toEqual([true, true, false, true, true]);
    expect([names.has('a'), names.has('b'), names.has('c')]).toEqual([true, false, true]);
  });

  it('can all be taken', () => {
    const names = new RecentNames(2);
    names.add('a');
    expect(names.takeAll()).toEqual(['a']);
    expect(names.takeAll()).toEqual([]);
  });
});
