/**
 * The promises of the stores where Redis is more than one server. They are the same as everywhere; the servers are real,
 * and these specs' own.
 */
import { describeSessionStore } from '../contract/session-store.contract';
import { describeSharedStore } from '../contract/shared-store.contract';
import { type RunningTopology, TOPOLOGIES } from '../support/topologies';
import { serversHarness } from './redis.harness';

describe.each(TOPOLOGIES)('on %s', (name, topology) => {
  let running: RunningTopology;

  beforeAll(async () => {
    running = await topology.start();
  });
  afterAll(() => running.stop());

  describeSessionStore(`the Redis store on ${name}`, () => serversHarness(running.servers));
  describeSharedStore(`the Redis store on ${name}`, async () => {
    const { shared, ...rest } = await serversHarness(running.servers);
    return { ...rest, ...shared };
  });
});
