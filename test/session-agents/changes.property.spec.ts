import fc from 'fast-check';
import { LoadedSession } from '../../src/session-agents/loaded-session';
import type { StoreHarness } from '../contract/session-store.contract';
import { embeddedHarness } from '../store/embedded.harness';
import { redisHarness } from '../store/redis.harness';
import { runProperty } from '../support/property';
import { type Manager, openManager } from './manager.harness';

const ORIGIN = { actor: 'ada', source: 'admin' } as const;
const textOf = fc.constantFrom('', 'one', 'two', 'Hello.');
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 4, nil: null });
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 1, nil: undefined });

/** A change of one agent, by one of two processes. */
const changeOf = fc.record({
  process: fc.constantFrom('first' as const, 'second' as const),
  agent: fc.constantFrom('Front', 'FRAUD'),
  mode: fc.constantFrom('merge' as const, 'replace' as const),
  /** Null: the agent goes back to base. */
  patch: orNull(
    fc.record({
      prompt: some(orNull(textOf)),
      greeting: some(orNull(textOf)),
      tools: some(orNull(fc.subarray(['look_up', 'block_card', 'handoff_front']))),
      voice: some(
        orNull(fc.record({ rate: some(orNull(fc.constantFrom('+1%', '-1%'))), style: some(textOf.filter(Boolean)) })),
      ),
      templateVars: some(orNull(fc.dictionary(fc.constantFrom('a', 'b', '__proto__', '1'), orNull(fc.integer())))),
    }),
  ),
});

type Step = typeof changeOf extends fc.Arbitrary<infer T> ? T : never;

/** Without members that are undefined, as JSON has it. */
const asJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe.each([
  ['embedded', embeddedHarness],
  ['Redis', () => redisHarness()],
] as const)('changes of agents on the %s store', (name, open) => {
  let harness: StoreHarness;
  let processes: { first: Manager; second: Manager };
  let unique = 0;
  beforeAll(async () => {
    harness = await open();
    const clock = { nowMs: () => harness.now() * 1000, monotonicMs: () => 0 };
    processes = { first: openManager(harness.store, clock), second: openManager(harness.peer, clock) };
  });
  afterAll(async () => {
    await Promise.all([processes.first.close(), processes.second.close()]);
    await harness.close();
  });

  const opened = async () => {
    const id = `changes-${process.pid}-${(unique += 1)}`;
    await harness.store.create(id, 7200, { id: 'open', ops: [] });
    return id;
  };
  const make = ({ process: by, agent, mode, patch }: Step, id: string) => {
    const { manager } = processes[by];
    const given = patch && asJson(patch);
    // A change of nothing is none.
    if (given && Object.keys(given).length === 0) return undefined;
    return given ? manager.override(id, agent, given, mode, ORIGIN) : manager.remove(id, agent, ORIGIN);
  };
  const overridesOf = async (id: string) => {
    const views = await Promise.all(['Front', 'Fraud'].map((agent) => processes.first.trail.overrides(id, agent)));
    return views.map(({ overrides }) => overrides);
  };
  const exported = (id: string) => processes.second.trail.export(id);

  it('can be taken back to what stood after any of them, exactly', () =>
    runProperty(
      `${name} store: rollback`,
      fc.asyncProperty(fc.array(changeOf, { minLength: 1, maxLength: 8 }), fc.nat(), async (steps, pick) => {
        const id = await opened();
        const stood = new Map<number, Awaited<ReturnType<typeof exported>>>();
        for (const step of steps) {
          await make(step, id);
          const { agents } = await harness.store.load(id);
          if (agents.changes > 0) stood.set(agents.revision, await exported(id));
        }
        const revisions = [...stood.keys()];
        const revision = revisions[pick % Math.max(revisions.length, 1)];
        if (revision === undefined) return;
        await processes.second.manager.rollback(id, null, revision, ORIGIN);
        expect(await exported(id)).toEqual(stood.get(revision));
        expect((await processes.first.trail.audit(id, true)).check).toEqual({
          whole: true,
          fault: null,
          firstBroken: null,
        });
      }),
      { numRuns: 60 },
    ));

  it('all land in one order, whoever makes them at the same time, and every process sees the same', () =>
    runProperty(
      `${name} store: concurrent changes`,
      fc.asyncProperty(fc.array(changeOf, { minLength: 2, maxLength: 8 }), async (steps) => {
        const id = await opened();
        await Promise.all([
          ...steps.map((step) => make(step, id)),
          harness.store.apply(id, { id: 'talk', ops: [{ op: 'append', agent: 'Front', role: 'user', content: 'x' }] }),
        ]);
        const { entries, check } = await processes.first.trail.audit(id, true);
        expect(check).toEqual({ whole: true, fault: null, firstBroken: null });
        expect(entries.map(({ number }) => number)).toEqual(entries.map((_, index) => index + 1));
        const [left, right] = [
          new LoadedSession(await harness.store.load(id)),
          new LoadedSession(await harness.peer.load(id)),
        ];
        const { first, second } = processes;
        expect(first.manager.agents(left)).toEqual(second.manager.agents(right));
      }),
      { numRuns: 60 },
    ));

  it('leave the very base agents behind where everything is cleared', () =>
    runProperty(
      `${name} store: reset`,
      fc.asyncProperty(fc.array(changeOf, { maxLength: 5 }), async (steps) => {
        const id = await opened();
        for (const step of steps) await make(step, id);
        await processes.first.manager.resetAll(id, ORIGIN);
        const session = new LoadedSession(await harness.store.load(id));
        const { base, manager } = processes.first;
        for (const agent of base.all()) expect(manager.agent(session, agent.name)).toBe(agent);
        expect(await overridesOf(id)).toEqual([{}, {}]);
      }),
      { numRuns: 40 },
    ));
});
