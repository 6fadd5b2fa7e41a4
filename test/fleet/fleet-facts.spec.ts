import fc from 'fast-check';
import { FACTS_QUERY, type FleetFacts, factsAfter, factsOf } from '../../src/fleet/fleet-facts';
import type { Op } from '../../src/store/ops';
import type { StoreHarness } from '../contract/session-store.contract';
import { embeddedHarness } from '../store/embedded.harness';
import { runProperty } from '../support/property';

const key = fc.constantFrom(
  'client_id',
  'caller_name',
  'session_profile',
  'degraded',
  'active_agent',
  'tts_interrupted',
);
const value = fc.constantFrom('text', true, null, { contact_info: { phone_last_4: '0042' } }, { contact_info: [] });
const op: fc.Arbitrary<Op> = fc.oneof(
  fc.record({
    op: fc.constant('append' as const),
    agent: fc.constantFrom('a', 'b'),
    role: fc.constantFrom('user' as const, 'assistant' as const),
    content: fc.constant('x'),
  }),
  fc.record({
    op: fc.constant('recordLatency' as const),
    stage: fc.constantFrom('turn_e2e', 'stt'),
    seconds: fc.constantFrom(0, 0.25, 3),
  }),
  fc.record({ op: fc.constant('setContext' as const), key, value }),
  fc.record({
    op: fc.constant('mergeContext' as const),
    key: fc.constantFrom('session_profile', 'other'),
    value: fc.constant({ a: 1 }),
  }),
  fc.record({ op: fc.constant('deleteContext' as const), key }),
  fc.record({ op: fc.constant('setInterrupted' as const), value: fc.boolean() }),
  fc.record({ op: fc.constant('setActiveAgent' as const), agent: fc.constantFrom('a', 'b') }),
  fc.constant<Op>({ op: 'clearHistory' }),
);

describe('how a session stands after a batch', () => {
  let harness: StoreHarness;
  beforeAll(async () => {
    harness = await embeddedHarness();
  });
  afterAll(() => harness.close());

  it('is worked out as the store would tell it, or left to the store', async () => {
    const { store } = harness;
    let unique = 0;
    const read = async (id: string) => factsOf(await store.readOverview(id, FACTS_QUERY));
    await runProperty(
      'facts after batches',
      fc.asyncProperty(fc.array(fc.array(op, { maxLength: 4 }), { minLength: 1, maxLength: 6 }), async (batches) => {
        const sessionId = `s${(unique += 1)}`;
        let facts: FleetFacts | undefined;
        for (const [index, ops] of batches.entries()) {
          await harness.advance(1);
          const batch = { id: `b${index}`, ops };
          const opened = index === 0;
          const receipt = await (opened ? store.create(sessionId, 600, batch) : store.apply(sessionId, batch));
          const after = factsAfter(facts, { sessionId, batch, receipt, opened, ...(opened && { ttlSeconds: 600 }) });
          const isMerged = ops.some((one) => one.op === 'mergeContext' && one.key === 'session_profile');
          expect(after === undefined).toBe(isMerged);
          facts = await read(sessionId);
          if (after) expect(after).toEqual(facts);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('is left to the store where somebody else has written in between, or nothing is known', async () => {
    const { store } = harness;
    const apply = (id: string, name: string) => store.apply(id, { id: name, ops: [] });
    await store.create('gap', 600, { id: 'open', ops: [] });
    const before = factsOf(await store.readOverview('gap', FACTS_QUERY));
    await apply('gap', 'theirs');
    const ours = {
      sessionId: 'gap',
      batch: { id: 'ours', ops: [] },
      receipt: await apply('gap', 'ours'),
      opened: false,
    };
    expect(factsAfter(before, ours)).toBeUndefined();
    expect(factsAfter(undefined, ours)).toBeUndefined();
  });
});
