import { summarizeStage } from '../../src/latency';
import type { StageStats } from '../../src/store/session-state';
import { countSample } from '../../src/store/stage-stats';
import { onBothStores } from './latency.harness';

const MINUTE = 60;

onBothStores('the latency of the fleet', (world) => {
  const flush = () => Promise.all([world().one.meter.flush(), world().two.meter.flush()]);
  const summary = (minutes = 60) => world().one.fleet.summary(minutes);

  beforeEach(() => Promise.all([world().one.open('a'), world().two.open('b')]));

  it('is nothing before anything was measured', async () => {
    const now = world().clock.nowMs() / 1000;
    expect(await summary(1440)).toEqual({ from: now - 1439 * MINUTE, to: now, stages: {}, minutes: [] });
  });

  it('merges what two processes have counted', async () => {
    const { one, two } = world();
    const seconds = Array.from({ length: 200 }, (_, index) => 0.01 * 1.03 ** index);
    await one.record('a', 'llm', ...seconds.filter((_, index) => index % 3 === 0));
    await two.record('b', 'llm', ...seconds.filter((_, index) => index % 3 !== 0));
    await two.record('b', 'stt', 0.2);
    await flush();
    const { stages, minutes } = await summary();
    expect(await two.fleet.summary(60)).toEqual(await summary());
    const whole = new Map<string, StageStats>();
    for (const of of seconds) countSample(whole, 'llm', { seconds: of, at: 0 });
    const exact = summarizeStage(whole.get('llm') as StageStats);
    const merged = stages['llm'];
    expect(merged).toMatchObject({ count: 200, overBudget: seconds.filter((of) => of > 1).length });
    for (const figure of ['min', 'max', 'avg', 'total', 'p50', 'p90', 'p95', 'p99'] as const) {
      expect(Math.abs((merged?.[figure] ?? 0) / exact[figure] - 1)).toBeLessThanOrEqual(0.0101);
    }
    expect(minutes).toHaveLength(1);
    expect(minutes[0]?.stages).toMatchObject({ llm: { count: 200 }, stt: { count: 1 } });
  });

  it('is told by the minute, and over any range of minutes', async () => {
    const { one, clock } = world();
    const begin = Math.floor(clock.nowMs() / 60_000) * MINUTE;
    for (const seconds of [0.1, 0.2, 0.4]) {
      await one.record('a', 'llm', seconds);
      await flush();
      await world().advance(2 * MINUTE);
    }
    const { minutes, stages } = await summary(10);
    expect(minutes.map(({ at, stages: of }) => [at - begin, of['llm']?.count])).toEqual([
      [0, 1],
      [2 * MINUTE, 1],
      [4 * MINUTE, 1],
    ]);
    expect(stages['llm']?.count).toBe(3);
    expect((await summary(3)).stages['llm']?.count).toBe(1);
    expect((await summary(1)).stages).toEqual({});
  });

  it('is kept for 24 hours', async () => {
    const { one } = world();
    await one.record('a', 'llm', 0.1);
    await flush();
    await world().advance(1439 * MINUTE);
    expect((await summary(1440)).stages['llm']?.count).toBe(1);
    await world().advance(2 * MINUTE);
    expect(await one.shared.readCounts(`latency/${Math.floor(1_800_000_000 / 60)}`)).toEqual(new Map());
    expect((await summary(1440)).stages).toEqual({});
  });

  it('loses nothing and doubles nothing while the store is away', async () => {
    const { two, outage } = world();
    outage.away = true;
    await two.record('b', 'llm', 0.1, 0.2);
    await flush();
    await two.record('b', 'llm', 0.3);
    await flush();
    outage.away = false;
    await flush();
    await flush();
    expect((await summary()).stages['llm']?.count).toBe(3);
  });

  it('holds what was counted before a process stopped, and what still comes while it does', async () => {
    const { two } = world();
    await two.record('b', 'llm', 0.1);
    await two.meter.beforeApplicationShutdown();
    await two.record('b', 'llm', 0.2);
    await two.meter.flush();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await summary()).stages['llm']?.count).toBe(2);
  });

  it('counts a batch once, however often it is sent', async () => {
    const { one } = world();
    const batch = { id: 'again', ops: [{ op: 'recordLatency', stage: 'llm', seconds: 1 } as const] };
    for (let time = 0; time < 3; time += 1) await one.sessions.apply('a', batch);
    await flush();
    expect((await summary()).stages['llm']?.count).toBe(1);
  });

  it('has a bounded number of stages, whatever clients send, and keeps known and budgeted ones apart', async () => {
    const { one } = world();
    for (let index = 0; index < 100; index += 1) await one.record('a', `stage-${index}`, 1);
    await one.record('a', 'x'.repeat(256), 1);
    await one.record('a', 'barge_in_stop', 1);
    await flush();
    const { stages } = await summary();
    expect(Object.keys(stages)).toHaveLength(66);
    expect(stages).toMatchObject({ other: { count: 37 }, 'stage-63': { count: 1 }, barge_in_stop: { count: 1 } });
    expect(Object.keys(one.service.summary().stages)).toHaveLength(66);
  });

  it('holds any stage and any duration that clients may send', async () => {
    const { one } = world();
    for (const stage of ['__proto__', 'constructor', 'lb:1:llm', 'over:llm', 'é \u{1f600}']) {
      await one.record('a', stage, 0, 1e-9, 1e9);
    }
    await flush();
    const { stages } = await summary();
    expect(Object.entries(stages).map(([stage, { count }]) => [stage, count])).toEqual(
      ['__proto__', 'constructor', 'lb:1:llm', 'over:llm', 'é \u{1f600}'].sort().map((stage) => [stage, 3]),
    );
  });
});

onBothStores('the latency of a process', (world) => {
  it('is exact in count, extremes and sum, with what was over budget, of all its sessions and of no other process', async () => {
    const { one, two } = world();
    await Promise.all([one.open('a'), one.open('b'), two.open('c')]);
    await one.record('a', 'llm', 0.5, 1.5);
    await one.record('b', 'llm', 2.5);
    await one.record('b', 'stt', 0.25);
    await two.record('c', 'llm', 9);
    const { since, stages } = one.service.summary();
    expect(since).toBe(1_800_000_000);
    expect(Object.keys(stages)).toEqual(['llm', 'stt']);
    expect(stages['llm']).toMatchObject({ count: 3, min: 0.5, max: 2.5, total: 4.5, avg: 1.5, overBudget: 2 });
    expect(stages['stt']).toMatchObject({ count: 1, p50: 0.25, p99: 0.25, overBudget: 0 });
  });
});
