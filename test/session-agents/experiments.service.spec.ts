import type { NewExperiment } from '../../src/session-agents/experiments/given-experiment';
import type { ExperimentStatus } from '../../src/session-agents/experiments/experiment';
import { ADMIN, experiment, onBothStores, refusal } from './experiments.harness';

onBothStores('experiments as admins define them', (world) => {
  const service = () => world().one.service;
  const draft = (id: string, members: Partial<NewExperiment> = {}) =>
    service().create(experiment(id, { status: 'draft', ...members }), ADMIN);
  const paths = async (promise: Promise<unknown>) => {
    const { code, errors = [] } = await refusal(promise);
    return [code, ...errors.map(({ path }) => path)];
  };

  it('have defaults, and an entry for their beginning', async () => {
    const created = await service().create(
      { id: 'x', agent: 'concierge', variants: [{ name: 'a', weight: 1 }] },
      { actor: 'ada', note: 'a try' },
    );
    const at = world().clock.nowMs() / 1000;
    const definition = {
      agent: 'Concierge',
      variants: [{ name: 'a', weight: 1, overrides: {} }],
      control: 'a',
      description: '',
      traffic: 1,
      guardRails: [],
      status: 'draft',
    };
    expect(created).toEqual({
      id: 'x',
      ...definition,
      createdAt: at,
      updatedAt: at,
      version: 1,
      history: [
        { at, actor: 'ada', source: 'admin', action: 'create', note: 'a try', before: null, after: definition },
      ],
    });
    expect(await world().two.service.get('x')).toEqual(created);
  });

  it('keep of overrides what is set', async () => {
    const overrides = { prompt: 'Hi', greeting: null, voice: { name: 'v', pitch: null }, tools: [] };
    const { variants } = await draft('x', { variants: [{ name: 'a', weight: 1, overrides }] });
    expect(variants[0]?.overrides).toEqual({ prompt: 'Hi', voice: { name: 'v' }, tools: [] });
  });

  it('are refused where their parts do not fit together', async () => {
    const a = { name: 'a', weight: 1 };
    const rail = { bound: 1, minSamples: 1 };
    expect(await paths(draft('x', { agent: 'Nobody' }))).toEqual(['agent_not_found']);
    expect(await paths(draft('x', { variants: [a, a] }))).toEqual(['validation_failed', '/variants/1/name']);
    expect(await paths(draft('x', { control: 'b' }))).toEqual(['validation_failed', '/control']);
    const wrong = [{ ...a, overrides: { prompt: 5 } }];
    expect(await paths(draft('x', { variants: wrong }))).toEqual(['validation_failed', '/variants/0/overrides/prompt']);
    const tools = [{ ...a, overrides: { tools: ['unknown'] } }];
    expect(await paths(draft('x', { variants: tools }))).toEqual(['unknown_tool', '/variants/0/overrides/tools']);
    for (const guardRails of [
      [{ ...rail }],
      [{ ...rail, stage: 'llm', metric: 'interruptionRate' as const }],
      [{ stage: 'llm', minSamples: 1 }],
    ]) {
      expect(await paths(draft('x', { guardRails }))).toEqual(['validation_failed', '/guardRails/0']);
    }
    const percentile = [{ ...rail, metric: 'interruptionRate' as const, percentile: 'p50' as const }];
    expect(await paths(draft('x', { guardRails: percentile }))).toEqual([
      'validation_failed',
      '/guardRails/0/percentile',
    ]);
    expect(await service().list()).toEqual([]);
  });

  it('have an id of their own, whichever process comes first', async () => {
    const both = [world().one, world().two].map(({ service }) => refusal(service.create(experiment('x'), ADMIN)));
    const outcomes = (await Promise.all(both)).map(({ code }) => code);
    expect(outcomes.sort()).toEqual(['experiment_exists', 'internal_error']);
    expect(await refusal(draft('x'))).toMatchObject({ code: 'experiment_exists' });
    expect(await refusal(service().get('y'))).toMatchObject({ code: 'experiment_not_found' });
    expect(await refusal(service().resultsOf('y'))).toMatchObject({ code: 'experiment_not_found' });
  });

  it('change in all their parts while they are drafts', async () => {
    await draft('x');
    const changes = { agent: 'FraudAgent', variants: [{ name: 'only', weight: 3 }], description: 'new', traffic: 0.5 };
    const changed = await service().update('x', changes, { actor: 'bob', note: 'better' });
    expect(changed).toMatchObject({ ...changes, control: 'only', version: 2 });
    expect(changed.history.at(-1)).toMatchObject({
      actor: 'bob',
      action: 'update',
      note: 'better',
      before: { agent: 'Concierge', control: 'control', description: '', traffic: 1 },
      after: { agent: 'FraudAgent', control: 'only', description: 'new', traffic: 0.5 },
    });
    expect(Object.keys(changed.history.at(-1)?.after ?? {})).not.toContain('guardRails');
  });

  it('keep their control where it stays, and stay as they are where nothing changes', async () => {
    await draft('x', { control: 'warm' });
    const variants = [
      { name: 'new', weight: 1 },
      { name: 'warm', weight: 1 },
    ];
    expect(await service().update('x', { variants }, ADMIN)).toMatchObject({ control: 'warm', version: 2 });
    expect(await service().update('x', { variants, traffic: 1 }, ADMIN)).toMatchObject({ version: 2 });
    expect(await service().update('x', {}, ADMIN)).toMatchObject({ version: 2 });
  });

  it('keep agent, variants and control once they have started', async () => {
    const { variants, guardRails } = await service().create(experiment('x'), ADMIN);
    const more = [...variants, { name: 'more', weight: 1 }];
    for (const changes of [{ variants: more }, { agent: 'FraudAgent' }, { control: 'warm' }]) {
      const error = await refusal(service().update('x', changes, ADMIN));
      expect(error).toMatchObject({ code: 'experiment_locked' });
      expect(error.message).toBe(`Only a draft can change ${Object.keys(changes)[0]}; the experiment is running.`);
    }
    const rail = { stage: 'llm', bound: 1, minSamples: 5 };
    const same = { variants, agent: 'Concierge', control: 'control' };
    const open = { description: 'new', traffic: 0.1, guardRails: [...guardRails, rail] };
    expect(await service().update('x', { ...same, ...open }, ADMIN)).toMatchObject({
      ...open,
      guardRails: [{ ...rail, percentile: 'p95' }],
      version: 2,
    });
  });

  it('go from draft to running, to and fro between running and paused, and end for good', async () => {
    const steps: Record<ExperimentStatus, readonly ExperimentStatus[]> = {
      draft: ['running', 'ended'],
      running: ['paused', 'ended'],
      paused: ['running', 'ended'],
      ended: [],
    };
    const ways = { draft: [], running: ['running'], paused: ['running', 'paused'], ended: ['ended'] } as const;
    for (const [from, allowed] of Object.entries(steps) as [ExperimentStatus, readonly ExperimentStatus[]][]) {
      for (const to of Object.keys(steps) as ExperimentStatus[]) {
        const id = `${from}-${to}`;
        await draft(id);
        for (const status of ways[from]) await service().update(id, { status }, ADMIN);
        const { code } = await refusal(service().update(id, { status: to }, ADMIN));
        expect([id, code]).toEqual([id, from === to || allowed.includes(to) ? 'internal_error' : 'experiment_locked']);
      }
    }
    const { history } = await service().get('paused-ended');
    expect(history.map(({ action }) => action)).toEqual(['create', 'status', 'status', 'status']);
    expect(history.at(-1)).toMatchObject({ before: { status: 'paused' }, after: { status: 'ended' } });
  });

  it('are changed at the version that was seen, where one is named', async () => {
    await draft('x');
    await service().update('x', { description: 'two' }, ADMIN, 1);
    for (const seen of [0, 1, 3]) {
      expect(await refusal(service().update('x', { description: 'x' }, ADMIN, seen))).toMatchObject({
        code: 'revision_conflict',
      });
      expect(await refusal(service().remove('x', ADMIN, seen))).toMatchObject({ code: 'revision_conflict' });
    }
    await service().remove('x', ADMIN, 2);
    expect(await service().list()).toEqual([]);
  });

  it('take all changes that come at once, each with its entry', async () => {
    await draft('x');
    const writers = Array.from({ length: 20 }, (_, index) =>
      world()[index % 2 ? 'one' : 'two'].service.update('x', { traffic: (index + 1) / 100 }, ADMIN),
    );
    await Promise.all(writers);
    const { version, history } = await service().get('x');
    expect([version, history.length]).toEqual([21, 21]);
  });

  it('are removed as drafts and once they have ended, not in between', async () => {
    await draft('x');
    await service().update('x', { status: 'running' }, ADMIN);
    for (const status of ['running', 'paused'] as const) {
      await service().update('x', { status }, ADMIN);
      expect(await refusal(service().remove('x', ADMIN))).toMatchObject({ code: 'experiment_locked' });
    }
    await service().update('x', { status: 'ended' }, ADMIN);
    await service().remove('x', ADMIN);
    expect(await refusal(service().remove('x', ADMIN))).toMatchObject({ code: 'experiment_not_found' });
  });

  it('give a session that is put into a variant all that it needs of it', async () => {
    await draft('x');
    const { two } = world();
    expect(await two.service.assignmentFor('x', 'warm')).toEqual({
      experimentId: 'x',
      variant: 'warm',
      reason: 'STATIC',
      agent: 'Concierge',
      overrides: { greeting: 'Good morning' },
    });
    expect(two.registry.get('x')).toBeDefined();
    expect(await paths(two.service.assignmentFor('x', 'cold'))).toEqual(['validation_failed', '/variant']);
    const tag = { experimentId: 'elsewhere', variant: 'any', reason: 'STATIC' };
    expect(await two.service.assignmentFor('elsewhere', 'any')).toEqual(tag);
  });
});
