import fc from 'fast-check';
import { runProperty } from '../../test/support/property';
import { entryOf, type FleetEntry } from './fleet-entry';
import type { FleetFacts } from './fleet-facts';
import { comparatorOf, DEFAULT_QUERY, FLEET_ORDERS, FLEET_SORTS, type FleetQuery, matcherOf } from './fleet-query';
import { FleetView } from './fleet-view';

const FACTS: FleetFacts = {
  ...{ sessionId: 'a', revision: 1, createdAt: 1, updatedAt: 1, ttlSeconds: 60, activeAgent: null, experiment: null },
  ...{ turns: 0, interruptions: 0, lastSeconds: null },
  shown: { client_id: null, caller_name: null, session_profile: null, degraded: false },
};
const entry = (facts: Partial<FleetFacts>) => entryOf({ ...FACTS, ...facts }, (seconds) => seconds > 1);

describe('a view of the fleet', () => {
  /** Whether a session is there, and how it stands; few values, so that many are alike. */
  const step = fc.record({
    sessionId: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'),
    stays: fc.boolean(),
    activeAgent: fc.constantFrom('x', 'y', null),
    updatedAt: fc.integer({ min: 0, max: 5 }),
    turns: fc.integer({ min: 0, max: 2 }),
    lastSeconds: fc.constantFrom(null, 0, 0.5, 2),
  });
  const query: fc.Arbitrary<FleetQuery> = fc.record({
    search: fc.constantFrom('', 'A', 'b'),
    agent: fc.constantFrom('', 'x'),
    experiment: fc.constant(''),
    sort: fc.constantFrom(...FLEET_SORTS),
    order: fc.constantFrom(...FLEET_ORDERS),
  });

  it('shows after any changes what searching and sorting all sessions would', async () => {
    await runProperty(
      'a view of the fleet',
      fc.property(query, fc.array(step, { maxLength: 80 }), fc.integer({ min: 0, max: 30 }), (asked, steps, begun) => {
        const entries = new Map<string, FleetEntry>();
        let view: FleetView | undefined;
        for (const [index, { sessionId, stays, ...facts }] of steps.entries()) {
          if (index === begun) view = new FleetView(asked, entries.values());
          const before = entries.get(sessionId);
          const after = stays ? entry({ sessionId, ...facts }) : undefined;
          if (after) entries.set(sessionId, after);
          else entries.delete(sessionId);
          view?.change({ before, after });
        }
        view ??= new FleetView(asked, entries.values());
        const expected = [...entries.values()].filter(matcherOf(asked)).sort(comparatorOf(asked));
        const sessions = expected.map(({ session }) => session);
        expect(view.page({ offset: 0, limit: 100 })).toEqual({ total: sessions.length, sessions });
        expect(view.page({ offset: 2, limit: 3 }).sessions).toEqual(sessions.slice(2, 5));
      }),
      { numRuns: 300 },
    );
  });

  it('finds by the caller, but nothing that begins in one of the words and ends in another', () => {
    const ada = entry({ shown: { client_id: 'c-1', caller_name: 'Ada', session_profile: '0042', degraded: false } });
    const found = (search: string) => matcherOf({ ...DEFAULT_QUERY, search })(ada);
    expect(['c-1', 'ADA', '0042', 'a'].map(found)).toEqual([true, true, true, true]);
    expect(['1ada', 'c-1 ada', 'ada0', 'zz'].map(found)).toEqual([false, false, false, false]);
  });

  it('calls a session degraded whose last turn was slow, or that says so itself', () => {
    expect(entry({ lastSeconds: 0.5 }).session).toMatchObject({ degraded: false, lastLatencyMs: 500 });
    expect(entry({ lastSeconds: 1.5 }).session.degraded).toBe(true);
    expect(entry({ shown: { ...FACTS.shown, degraded: true } }).session.degraded).toBe(true);
    expect(entry({}).session).toMatchObject({ degraded: false, lastLatencyMs: null, caller: null });
  });
});
