import { planExperiment } from '../../src/session-agents/changes/plan-experiment';
import { SessionChanges } from '../../src/session-agents/changes/session-changes';
import { readConfig } from '../../src/config/parley-config';
import type { Assignment } from '../../src/session-agents/state/session-agents';
import { ADMIN, certain, experiment, type ExperimentProcess, onBothStores } from './experiments.harness';

onBothStores('the results of an experiment', (world) => {
  const warm = async (id = 'greeting') => (await world().one.service.resultsOf(id)).variants.at(-1);

  /** Puts an open session into a variant, as an admin does. */
  async function assign(process: ExperimentProcess, sessionId: string, assignment: Assignment | null): Promise<void> {
    const changes = new SessionChanges(process.sessions, world().clock, readConfig({}));
    await changes.commit(sessionId, { actor: 'ada', source: 'admin' }, () => planExperiment(assignment));
  }

  it('are nothing before anybody has joined', async () => {
    await world().one.service.create(experiment('greeting', { variants: [{ name: 'a', weight: 2 }] }), ADMIN);
    const { variants } = await world().one.service.resultsOf('greeting');
    expect(variants).toEqual([
      {
        name: 'a',
        weight: 2,
        sessions: 0,
        turns: 0,
        interruptions: 0,
        interruptionRate: null,
        interruptionRateInterval: null,
        handoffs: 0,
        stages: {},
      },
    ]);
  });

  it('add up what all processes count', async () => {
    const { one, two } = world();
    await one.service.create(certain('greeting'), ADMIN);
    await two.registry.refresh();
    await one.open('call-1');
    await two.open('call-2');
    await one.talk('call-1', 3, 1);
    await two.talk('call-1', 2);
    await two.talk('call-2', 5, 1);
    await two.apply('call-2', { op: 'setActiveAgent', agent: 'FraudAgent' });
    for (let hundredths = 1; hundredths <= 100; hundredths += 1) {
      const process = hundredths % 2 ? one : two;
      await process.apply('call-1', { op: 'recordLatency', stage: 'llm', seconds: hundredths / 100 });
    }
    await Promise.all([one.meter.tick(), two.meter.tick()]);
    const counted = { sessions: 2, turns: 10, interruptions: 2, interruptionRate: 0.2, handoffs: 1 };
    const result = await warm();
    expect(result).toMatchObject(counted);
    const { count, p50 = 0, p90 = 0, p95 = 0, p99 = 0 } = result?.stages['llm'] ?? {};
    expect(count).toBe(100);
    const { low = 0, high = 0 } = result?.stages['llm']?.intervals.p50 ?? {};
    expect(low).toBeLessThan(0.45);
    expect(high).toBeGreaterThan(0.55);
    expect(result?.interruptionRateInterval?.low).toBeGreaterThan(0);
    expect(result?.interruptionRateInterval?.high).toBeGreaterThan(0.2);
    for (const [figure, exact] of [
      [p50, 0.5] as const,
      [p90, 0.9] as const,
      [p95, 0.95] as const,
      [p99, 0.99] as const,
    ]) {
      expect(Math.abs(figure / exact - 1)).toBeLessThan(0.011);
    }
    await Promise.all([one.meter.tick(), two.meter.tick()]);
    expect(await warm()).toMatchObject(counted);
  });

  it('count a session that an admin puts into a variant, once, and no more what it does after it has left', async () => {
    const { one } = world();
    await one.service.create(experiment('greeting'), ADMIN);
    await one.sessions.create('call', 600, { id: 'open', ops: [] });
    await one.talk('call', 1);
    await assign(one, 'call', await one.service.assignmentFor('greeting', 'warm'));
    await one.talk('call', 2);
    await assign(one, 'call', null);
    await one.talk('call', 4);
    await one.meter.tick();
    expect(await warm()).toMatchObject({ sessions: 1, turns: 2 });
  });

  it('have no counters for what nobody has defined', async () => {
    const { one, shared } = world();
    await one.service.create(experiment('greeting'), ADMIN);
    for (const [id, experimentId, variant] of [
      ['call-1', 'mere-tag', 'a'],
      ['call-2', 'greeting', 'unknown'],
    ] as const) {
      await one.sessions.create(id, 600, { id: 'open', ops: [] });
      await assign(one, id, { experimentId, variant, reason: 'STATIC' });
      await one.talk(id, 3);
    }
    await one.meter.tick();
    expect(await shared.readCounts('experiments/mere-tag/a')).toEqual(new Map());
    expect(await shared.readCounts('experiments/greeting/unknown')).toEqual(new Map());
  });

  it('lose nothing while the store is away', async () => {
    const { process, outage } = world().another();
    await world().one.service.create(certain('greeting'), ADMIN);
    await process.start();
    await process.open('call');
    outage.away = true;
    await process.talk('call', 2);
    await process.meter.tick();
    await process.talk('call', 3);
    await process.meter.tick();
    outage.away = false;
    await process.meter.tick();
    expect(await warm()).toMatchObject({ sessions: 1, turns: 5 });
  });

  it('hold all that was counted before a process stopped, and what still comes while it does', async () => {
    const { process } = world().another();
    await world().one.service.create(certain('greeting'), ADMIN);
    await process.start();
    await process.open('call');
    await process.stop();
    expect(await warm()).toMatchObject({ sessions: 1 });
  });

  it('hold what memos write at the very end', async () => {
    const { process } = world().another();
    await world().one.service.create(certain('greeting'), ADMIN);
    await process.start();
    await process.open('call');
    await process.meter.beforeApplicationShutdown();
    await process.talk('call', 2);
    await process.meter.flush();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await warm()).toMatchObject({ sessions: 1, turns: 2 });
  });

  it('begin when the experiment starts, without what was tried out before', async () => {
    const { one } = world();
    await one.service.create(certain('greeting', { status: 'draft' }), ADMIN);
    await one.sessions.create('trial', 600, { id: 'open', ops: [] });
    await assign(one, 'trial', await one.service.assignmentFor('greeting', 'warm'));
    await one.meter.tick();
    expect(await warm()).toMatchObject({ sessions: 1 });
    await one.service.update('greeting', { status: 'running' }, ADMIN);
    expect(await warm()).toMatchObject({ sessions: 0 });
  });

  it('go with the experiment, and do not come back with late counts or another one of the same id', async () => {
    const { one, shared } = world();
    await one.service.create(certain('greeting'), ADMIN);
    await one.open('call');
    await one.meter.tick();
    await one.talk('call', 1);
    await one.service.update('greeting', { status: 'ended' }, ADMIN);
    await one.service.remove('greeting', ADMIN);
    await one.meter.tick();
    expect(await shared.readCounts('experiments/greeting/warm')).toEqual(new Map());
    await shared.addCounts('experiments/greeting/warm', new Map([['turns', 7]]), 60);
    await one.service.create(certain('greeting'), ADMIN);
    expect(await warm()).toMatchObject({ sessions: 0, turns: 0 });
  });

  it('are of a session once, however often its batch is sent', async () => {
    const { one } = world();
    await one.service.create(certain('greeting'), ADMIN);
    await one.open('call');
    const batch = { id: 'again', ops: [{ op: 'append', agent: 'A', role: 'user', content: 'x' } as const] };
    for (let time = 0; time < 3; time += 1) await one.sessions.apply('call', batch);
    await one.meter.tick();
    expect(await warm()).toMatchObject({ turns: 1 });
  });
});
