import type { ManualClock } from '../support/manual-clock';
import { timing } from './timing';

async function* tokens(clock: ManualClock, waits: readonly number[], failure?: Error) {
  for (const [index, seconds] of waits.entries()) {
    clock.advance(seconds);
    yield index;
  }
  clock.advance(10);
  if (failure) throw failure;
}

describe('a timed promise', () => {
  it('is a sample when it resolves, with what it resolved to', async () => {
    const { clock, samples, timer } = timing();
    const result = await timer.time('tool', async () => {
      clock.advance(0.5);
      return 42;
    });
    expect([result, samples]).toEqual([42, [['tool', 0.5]]]);
  });

  it('is none when it rejects, and two that overlap are two', async () => {
    const { clock, samples, ignored, timer } = timing();
    await expect(timer.time('tool', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    const both = [1, 2].map((seconds) => timer.time('tool', async () => clock.advance(seconds)));
    await Promise.all(both);
    expect(samples).toHaveLength(2);
    expect(ignored).toEqual([]);
  });
});

describe('a timed iteration', () => {
  const STAGES = { first: 'llm_ttft', total: 'llm' };

  it('passes all items through; its clock runs from the call to the first and to the last item', async () => {
    const { clock, samples, timer } = timing();
    const items = timer.timeIterator(STAGES, tokens(clock, [0.5, 1, 1]));
    clock.advance(0.25);
    const seen: number[] = [];
    for await (const item of items) seen.push(item);
    expect(seen).toEqual([0, 1, 2]);
    expect(samples).toEqual([
      ['llm_ttft', 0.75],
      ['llm', 2.75],
    ]);
  });

  it('has no total where it fails, and no sample at all where nothing came', async () => {
    const { clock, samples, timer } = timing();
    const drain = async (items: AsyncIterable<number>) => {
      for await (const _item of items);
    };
    await expect(drain(timer.timeIterator(STAGES, tokens(clock, [1], new Error('cut'))))).rejects.toThrow('cut');
    await expect(drain(timer.timeIterator(STAGES, tokens(clock, [], new Error('cut'))))).rejects.toThrow('cut');
    await drain(timer.timeIterator(STAGES, tokens(clock, [])));
    expect(samples).toEqual([['llm_ttft', 1]]);
  });

  it('has no total where it is left early, and the source is told', async () => {
    const { clock, samples, timer } = timing();
    const source = tokens(clock, [1, 1]);
    for await (const _item of timer.timeIterator(STAGES, source)) break;
    expect(samples).toEqual([['llm_ttft', 1]]);
    expect(await source.next()).toEqual({ done: true, value: undefined });
  });

  it('has no total where its signal is aborted, though the source ends as if it were complete', async () => {
    const { clock, samples, timer } = timing();
    const aborted = new AbortController();
    const items = timer.timeIterator(STAGES, tokens(clock, [1, 1]), { signal: aborted.signal });
    for await (const item of items) if (item === 1) aborted.abort();
    expect(samples).toEqual([['llm_ttft', 1]]);
  });

  it('can be left while an item is awaited, which is then not counted', async () => {
    const { samples, timer } = timing();
    let arrive: (result: IteratorResult<number>) => void = () => undefined;
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<IteratorResult<number>>((resolve) => (arrive = resolve)),
        return: () => Promise.resolve({ done: true as const, value: undefined }),
      }),
    };
    const items = timer.timeIterator(STAGES, source);
    const awaited = items.next();
    expect(await items.return?.()).toEqual({ done: true, value: undefined });
    arrive({ done: false, value: 1 });
    expect(await awaited).toEqual({ done: false, value: 1 });
    expect(samples).toEqual([]);
  });

  it('measures only what it is asked for', async () => {
    const { clock, samples, timer } = timing();
    for await (const _item of timer.timeIterator({ first: 'tts_ttfb' }, tokens(clock, [1])));
    for await (const _item of timer.timeIterator({ total: 'llm' }, tokens(clock, [2])));
    expect(samples).toEqual([
      ['tts_ttfb', 1],
      ['llm', 2],
    ]);
  });
});
