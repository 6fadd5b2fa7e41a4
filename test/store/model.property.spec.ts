import fc from 'fast-check';
import type { StoreHarness } from '../contract/session-store.contract';
import { runProperty } from '../support/property';
import { TOPOLOGIES } from '../support/topologies';
import { embeddedHarness } from './embedded.harness';
import { Comparison } from './model/comparison';
import { startOf, stepOf } from './model/steps';
import { redisHarness, topologyHarness } from './redis.harness';

const RUNS = 125;

describe.each<[string, () => Promise<StoreHarness>]>([
  ['embedded', embeddedHarness],
  ['Redis', () => redisHarness()],
  ...TOPOLOGIES.map(
    ([name, topology]) => [`Redis (${name})`, () => topologyHarness(topology)] satisfies [string, unknown],
  ),
])('the %s store and a plain model of it', (name, open) => {
  let harness: StoreHarness;
  let sessions = 0;

  beforeAll(async () => {
    harness = await open();
  });
  afterAll(() => harness.close());

  it('never differ, whatever several writers do', async () => {
    const steps = fc.array(stepOf, { minLength: 1, maxLength: 30, size: 'max' });
    const property = fc.asyncProperty(startOf, steps, async (start, list) => {
      const comparison = new Comparison(harness, `model-${process.pid}-${(sessions += 1)}`);
      await comparison.begin(start);
      for (const step of list) await comparison.run(step);
      await comparison.finish();
    });
    await runProperty(`${name} store against the model`, property, { numRuns: RUNS });
  }, 120_000);
});
