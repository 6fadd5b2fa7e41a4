import { onBothStores } from './latency.harness';

const WHOLE = { minutes: 60, stage: '', agent: '', variant: '', by: 'none' } as const;

onBothStores('the latency of the fleet over time', (world) => {
  const flush = () => Promise.all([world().one.meter.flush(), world().two.meter.flush()]);
  const read = (query: object = {}) => world().one.series.read({ ...WHOLE, ...query });
  const around = (ms: number, share: number) => (value: number) => Math.abs(value / ms - 1) <= share;

  beforeEach(async () => {
    const { one, two } = world();
    await Promise.all([one.open('a'), two.open('b')]);
    await one.apply('a', { op: 'setActiveAgent', agent: 'Fraud' });
    await two.apply('b', { op: 'setActiveAgent', agent: 'Cards' });
  });

  it('is nothing before anything was measured, but for the budgets', async () => {
    const now = world().clock.nowMs() / 1000;
    expect(await read()).toEqual({ fromMinute: now - (now % 60) - 59 * 60, points: [], budgets: { llm: 1000 } });
  });

  it('has a point for each minute and stage, of all processes', async () => {
    const { one, two } = world();
    await one.record('a', 'llm', 0.1, 0.2);
    await two.record('b', 'llm', 0.4, 2);
    await two.record('b', 'stt', 0.3);
    await world().advance(60);
    await one.record('a', 'llm', 0.5);
    await flush();
    const { points, fromMinute } = await read();
    const all = { agent: null, variant: null };
    expect(points.map(({ minute, ...rest }) => ({ minute: (minute - fromMinute) / 60, ...rest }))).toMatchObject([
      { minute: 58, stage: 'llm', ...all, count: 4, breaches: 1 },
      { minute: 58, stage: 'stt', ...all, count: 1, breaches: 0 },
      { minute: 59, stage: 'llm', ...all, count: 1, breaches: 0 },
    ]);
    expect(around(500, 0.01)(points[2]?.p99Ms ?? 0)).toBe(true);
    expect((await read({ stage: 'stt' })).points).toHaveLength(1);
    expect((await read({ minutes: 1 })).points).toHaveLength(1);
  });

  it('is told apart by agent, or of one agent alone, within 4 %', async () => {
    const { one, two } = world();
    const seconds = Array.from({ length: 100 }, (_, index) => 0.01 * 1.04 ** index);
    await one.record('a', 'llm', ...seconds);
    await two.record('b', 'llm', 3);
    await flush();
    const { points } = await read({ by: 'agent' });
    expect(points).toMatchObject([
      { agent: 'Cards', variant: null, count: 1, breaches: 1 },
      { agent: 'Fraud', variant: null, count: 100, breaches: 0 },
    ]);
    const fraud = points[1];
    for (const [figure, rank] of [
      ['p50Ms', 49],
      ['p95Ms', 94],
      ['p99Ms', 98],
    ] as const) {
      expect([figure, around((seconds[rank] ?? 0) * 1000, 0.0401)(fraud?.[figure] ?? 0)]).toEqual([figure, true]);
    }
    expect((await read({ agent: 'Fraud' })).points).toEqual([fraud]);
    expect((await read({ agent: 'Nobody' })).points).toEqual([]);
  });

  it('is told apart by variant', async () => {
    const { one, two } = world();
    const entry = {
      op: 'changeAgents',
      after: 0,
      records: {},
      entry: {},
      digest: 'd',
      keep: 10,
      keepBytes: 1000,
    } as const;
    await one.apply('a', { ...entry, experiment: { id: 'voice', variant: 'B' } });
    await one.record('a', 'llm', 0.1);
    await two.record('b', 'llm', 0.2);
    await flush();
    const named = (points: readonly { variant: string | null; count: number }[]) =>
      points.map(({ variant, count }) => [variant, count]);
    expect(named((await read({ by: 'variant' })).points)).toEqual([
      ['none', 1],
      ['voice/B', 1],
    ]);
    expect(named((await read({ variant: 'voice/B' })).points)).toEqual([['voice/B', 1]]);
  });

  it('keeps who was speaking for six hours, and names that are too long together', async () => {
    const { one } = world();
    await one.apply('a', { op: 'setActiveAgent', agent: 'x'.repeat(190) });
    await one.record('a', 's'.repeat(190), 0.1);
    await flush();
    expect((await read({ by: 'agent' })).points).toMatchObject([{ agent: 'other', count: 1 }]);
    await world().advance(6 * 3600 + 61);
    expect((await read({ by: 'agent', minutes: 1440 })).points).toEqual([]);
    expect((await read({ minutes: 1440 })).points).toHaveLength(1);
  });
});
