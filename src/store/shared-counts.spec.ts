import { SharedCounts } from './shared-counts';

/** Adds up what it is given, as the store does; it can be away. */
function countingStore() {
  const counters = new Map<string, number>();
  const calls: number[] = [];
  const store = {
    away: false,
    calls,
    counters,
    async addCounts(key: string, counts: ReadonlyMap<string, number>) {
      if (store.away) throw new Error('away');
      calls.push(counts.size);
      for (const [name, amount] of counts) {
        counters.set(`${key} ${name}`, (counters.get(`${key} ${name}`) ?? 0) + amount);
      }
    },
  };
  return store;
}

describe('counts that are kept before they are written', () => {
  it('are one addition a key, however often was counted', async () => {
    const store = countingStore();
    const counts = new SharedCounts(store, 60, { warn: () => undefined });
    for (let time = 0; time < 3; time += 1)
      counts.add('one', [
        ['a', 1],
        ['b', 2],
      ] as const);
    counts.add('two', [['a', 5]]);
    expect((await counts.flush()).sort()).toEqual(['one', 'two']);
    expect(Object.fromEntries(store.counters)).toEqual({ 'one a': 3, 'one b': 6, 'two a': 5 });
    expect([store.calls, counts.size, await counts.flush()]).toEqual([[2, 1], 0, []]);
  });

  it('wait while the store is away, which is said once', async () => {
    const store = countingStore();
    let warnings = 0;
    const counts = new SharedCounts(store, 60, { warn: () => (warnings += 1) });
    store.away = true;
    counts.add('one', [['a', 1]]);
    expect(await counts.flush()).toEqual([]);
    counts.add('one', [['a', 1]]);
    expect([await counts.flush(), warnings, counts.size]).toEqual([[], 1, 1]);
    store.away = false;
    await counts.flush();
    expect(Object.fromEntries(store.counters)).toEqual({ 'one a': 2 });
  });

  it('are written in parts where there are very many', async () => {
    const store = countingStore();
    const counts = new SharedCounts(store, 60, { warn: () => undefined });
    counts.add(
      'one',
      Array.from({ length: 4500 }, (_, index) => [`counter-${index}`, 1] as const),
    );
    expect(await counts.flush()).toEqual(['one']);
    expect([store.calls, store.counters.size]).toEqual([[2000, 2000, 500], 4500]);
  });

  it('are forgotten where nobody wants them any more', async () => {
    const store = countingStore();
    const counts = new SharedCounts(store, 60, { warn: () => undefined });
    counts.add('old', [['a', 1]]);
    counts.add('new', [['a', 1]]);
    await counts.flush((key) => key !== 'old');
    expect(Object.fromEntries(store.counters)).toEqual({ 'new a': 1 });
    expect(counts.size).toBe(0);
  });
});
