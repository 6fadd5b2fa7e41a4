import { SessionRoster } from '../../src/session-agents/resolution/session-roster';
import { checkChain } from '../../src/session-agents/changes/audit-chain';
import { recordsOf } from '../../src/session-agents/state/session-agents';
import { ADMIN, BASE, certain, experiment, type ExperimentProcess, onBothStores } from './experiments.harness';

/** How the session's agent greets, and what is on record of the experiment. */
async function stored(process: ExperimentProcess, sessionId: string) {
  const { agents, latency } = await process.sessions.load(sessionId);
  const roster = new SessionRoster(BASE, recordsOf(agents));
  const assignment = roster.own.experiment?.value;
  return { greeting: roster.get('Concierge').greeting, assignment, tag: agents.experiment, agents, latency };
}

onBothStores('the variant of a new session', (world) => {
  const sessions = Array.from({ length: 40 }, (_, index) => `call-${index}`);

  it('is written with the batch that opens it, with an entry in its audit trail', async () => {
    const { one } = world();
    await one.service.create(experiment('greeting'), ADMIN);
    const variants = new Set<string | undefined>();
    for (const id of sessions.slice(0, 10)) {
      const variant = await one.open(id, [{ op: 'setContext', key: 'k', value: 1 }]);
      const { greeting, assignment, tag } = await stored(one, id);
      expect(assignment).toMatchObject({ experimentId: 'greeting', variant, reason: 'SPLIT', agent: 'Concierge' });
      expect(greeting).toBe(variant === 'warm' ? 'Good morning' : 'Hello');
      expect(tag).toEqual({ id: 'greeting', variant });
      expect(await one.sessions.readRevision(id)).toBe(1);
      variants.add(variant);
    }
    expect(variants).toEqual(new Set(['control', 'warm']));
    const trail = await one.sessions.readAgentChanges('call-0');
    expect(trail.changes.map(({ entry }) => entry)).toMatchObject([
      { actor: 'greeting', source: 'experiment', action: 'setExperiment', before: { experiment: null } },
    ]);
    expect(checkChain(trail, (await stored(one, 'call-0')).agents)).toMatchObject({ whole: true });
  });

  it('is the same in every process and after a restart', async () => {
    const { one, two } = world();
    await one.service.create(experiment('greeting', { traffic: 0.7 }), ADMIN);
    await two.registry.refresh();
    const { process } = world().another();
    await process.start();
    const of = ({ opening }: ExperimentProcess) => sessions.map((id) => opening.opsFor(id)[0]?.experiment?.variant);
    expect(new Set(of(one))).toEqual(new Set(['control', 'warm', undefined]));
    expect(of(two)).toEqual(of(one));
    expect(of(process)).toEqual(of(one));
  });

  it('goes with each sample of the session', async () => {
    const { one } = world();
    await one.service.create(certain('greeting'), ADMIN);
    await one.open('call', [{ op: 'setActiveAgent', agent: 'Concierge' }]);
    await one.apply('call', { op: 'recordLatency', stage: 'llm', seconds: 0.5 });
    const { latency } = await stored(one, 'call');
    expect(latency.get('llm')?.recent).toMatchObject([
      { inEffect: { agent: 'Concierge', agentsRevision: 1, experiment: { id: 'greeting', variant: 'warm' } } },
    ]);
  });

  it('is given by running experiments alone', async () => {
    const { one } = world();
    await one.service.create(certain('greeting', { status: 'draft' }), ADMIN);
    expect(await one.open('in-draft')).toBeUndefined();
    await one.service.update('greeting', { status: 'running' }, ADMIN);
    expect(await one.open('running')).toBe('warm');
    await one.service.update('greeting', { status: 'ended' }, ADMIN);
    expect(await one.open('ended')).toBeUndefined();
  });

  it('stays with the call when its experiment is paused, and when it is removed', async () => {
    const { one } = world();
    const overrides = { greeting: 'Good morning' };
    await one.service.create(certain('greeting', { variants: [{ name: 'warm', weight: 1, overrides }] }), ADMIN);
    await one.open('call');
    await one.service.update('greeting', { status: 'paused' }, ADMIN);
    expect(await one.open('later')).toBeUndefined();
    await one.talk('call', 2);
    await one.meter.tick();
    const { variants } = await one.service.resultsOf('greeting');
    expect(variants).toMatchObject([{ name: 'warm', sessions: 1, turns: 2 }]);
    await one.service.update('greeting', { status: 'ended' }, ADMIN);
    await one.service.remove('greeting', ADMIN);
    expect(await stored(one, 'call')).toMatchObject({ greeting: 'Good morning', tag: { variant: 'warm' } });
  });

  it('comes from the first experiment in the order of creation that takes it', async () => {
    const { one } = world();
    await one.service.create(certain('first', { traffic: 0 }), ADMIN);
    world().clock.advance(1);
    await one.service.create(certain('another'), ADMIN);
    await one.open('call');
    expect((await stored(one, 'call')).tag).toEqual({ id: 'another', variant: 'warm' });
    await one.service.update('first', { traffic: 1 }, ADMIN);
    await one.open('next');
    expect((await stored(one, 'next')).tag).toEqual({ id: 'first', variant: 'warm' });
  });
});
