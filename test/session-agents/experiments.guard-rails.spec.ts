import type { NewExperiment } from '../../src/session-agents/experiments/given-experiment';
import { until } from '../support/until';
import { ADMIN, certain, type ExperimentProcess, onBothStores } from './experiments.harness';

const ON_INTERRUPTIONS = { metric: 'interruptionRate', bound: 0.5, minSamples: 10 } as const;
const ON_LATENCY = { stage: 'llm', percentile: 'p95', bound: 1, minSamples: 20 } as const;

onBothStores('a guard-rail', (world) => {
  const create = async (members: Partial<NewExperiment>) => {
    await world().one.service.create(certain('greeting', members), ADMIN);
    await world().two.registry.refresh();
  };
  const current = () => world().one.service.get('greeting');

  /** Opens a session there in which the caller interrupts too often. */
  async function annoy(process: ExperimentProcess, sessionId: string): Promise<void> {
    await process.open(sessionId);
    await process.talk(sessionId, 10, 8);
  }

  it('pauses its experiment by itself, with an entry that says why', async () => {
    await create({ guardRails: [ON_INTERRUPTIONS] });
    await annoy(world().one, 'call');
    world().clock.advance(5);
    await world().one.meter.tick();
    const { status, history, version, updatedAt } = await current();
    expect({ status, version }).toEqual({ status: 'paused', version: 2 });
    expect(history.at(-1)).toEqual({
      at: updatedAt,
      actor: 'greeting',
      source: 'experiment',
      action: 'pausedByGuardRail',
      note: 'Variant warm: interruptions per turn is 0.8 over 10 turns, above the bound of 0.5.',
      before: { status: 'running' },
      after: { status: 'paused' },
      breach: {
        guardRail: ON_INTERRUPTIONS,
        variant: 'warm',
        value: 0.8,
        samples: 10,
        limit: 0.5,
        control: null,
      },
    });
    await until(() => world().two.registry.running().length === 0);
    expect(await world().one.open('later')).toBeUndefined();
  });

  it('works every second without being asked', async () => {
    await create({ guardRails: [ON_INTERRUPTIONS] });
    await annoy(world().one, 'call');
    await until(() => world().two.registry.get('greeting')?.status === 'paused');
  });

  it('is on a stage as well, and compares with the control', async () => {
    const variants = [
      { name: 'control', weight: 1 },
      { name: 'warm', weight: 1 },
    ];
    const ratio = { stage: 'llm', ratioToControl: 2, minSamples: 20 };
    await create({ variants, guardRails: [ON_LATENCY, ratio] });
    const sessions = Array.from({ length: 20 }, (_, index) => `call-${index}`);
    for (const id of sessions) {
      const seconds = (await world().one.open(id)) === 'warm' ? 0.9 : 0.3;
      for (let sample = 0; sample < 10; sample += 1) {
        await world().one.apply(id, { op: 'recordLatency', stage: 'llm', seconds });
      }
    }
    await world().one.meter.tick();
    const { status, history } = await current();
    expect(status).toBe('paused');
    const { guardRail, variant, value, control } = history.at(-1)?.breach ?? {};
    expect(guardRail).toEqual({ ...ratio, percentile: 'p95' });
    expect(variant).toBe('warm');
    expect(value).toBeCloseTo(0.9, 1);
    expect(control?.value).toBeCloseTo(0.3, 1);
  });

  it('pauses once where two processes find it broken at the same time', async () => {
    const { one, two } = world();
    await create({ guardRails: [ON_INTERRUPTIONS] });
    await Promise.all([annoy(one, 'call-1'), annoy(two, 'call-2')]);
    await Promise.all([one.meter.flush(), two.meter.flush()]);
    await Promise.all([one, two].map((process) => process.guardRails.check(['greeting'])));
    const { status, history, version } = await current();
    expect({ status, version }).toEqual({ status: 'paused', version: 2 });
    expect(history.map(({ action }) => action)).toEqual(['create', 'pausedByGuardRail']);
  });

  it('says nothing of what is not running, and nothing while it holds', async () => {
    await create({ guardRails: [{ ...ON_INTERRUPTIONS, bound: 0.9 }] });
    await annoy(world().one, 'call');
    await world().one.meter.tick();
    expect((await current()).status).toBe('running');
    await world().one.service.update('greeting', { status: 'paused', guardRails: [ON_INTERRUPTIONS] }, ADMIN);
    await world().one.talk('call', 1);
    await world().one.meter.tick();
    expect((await current()).history.map(({ action }) => action)).toEqual(['create', 'status']);
  });

  it('lets the experiment go on when an admin resumes it with another one', async () => {
    await create({ guardRails: [ON_INTERRUPTIONS] });
    await annoy(world().one, 'call');
    await world().one.meter.tick();
    await world().one.service.update('greeting', { status: 'running', guardRails: [] }, ADMIN);
    await annoy(world().one, 'call-2');
    await world().one.meter.tick();
    expect((await current()).status).toBe('running');
  });

  it('is looked at again where the store was away', async () => {
    await create({ guardRails: [ON_INTERRUPTIONS] });
    const { process, outage } = world().another();
    await process.start();
    await annoy(process, 'call');
    await process.meter.flush();
    outage.away = true;
    await process.guardRails.check(['greeting', 'unknown']);
    outage.away = false;
    await process.guardRails.check([]);
    expect((await current()).status).toBe('paused');
  });
});
