/**
 * On Redis alone: its primary is killed in the middle of a session's writes. Replication is asynchronous, so the newest
 * acknowledged writes may be lost with it; what the replica had is there, nothing is there twice, and all goes on.
 */
import { systemClock } from '../../src/common/clock';
import { behindSentinels, type FailingOver, inCluster } from '../support/failing-over';
import { ask } from '../support/redis-sentinel';
import { type ConnectedStore, connectStore } from '../support/redis-store';
import { uniquePrefix } from '../support/test-redis';
import { until } from '../support/until';
import { Follower, SteadyWriter, storedContents } from './steady-writer';

const FAILOVER_LIMIT_MS = 20_000;
/** After the new primary has taken over. */
const FIRST_WRITE_LIMIT_MS = 1000;

describe.each([
  ['Sentinels', behindSentinels],
  ['a cluster', inCluster],
])('a failover under %s', (_name, start) => {
  let topology: FailingOver;
  let own: ConnectedStore;
  let other: ConnectedStore;
  const keyPrefix = uniquePrefix();

  beforeAll(async () => {
    topology = await start();
    const options = { keyPrefix, clock: systemClock, commandTimeoutMs: 1000 };
    own = await connectStore(topology.running.servers, options);
    other = await connectStore(topology.running.servers, options);
    for (const connection of [own, other].flatMap(({ connections, feed }) => [...connections, feed])) {
      connection.on('error', () => undefined);
    }
  });
  afterAll(async () => {
    for (const connected of [own, other]) connected?.disconnect();
    await topology?.running.stop();
  });

  it('loses nothing that was replicated, doubles nothing, and goes on by itself', async () => {
    const sessionId = 'call';
    const follower = new Follower();
    await own.store.create(sessionId, 3600, { id: 'open', ops: [] });
    await other.store.watch(sessionId, follower.listener);
    const writer = new SteadyWriter(own.store, sessionId);
    writer.start();
    await until(() => follower.revisions.length > 50);

    const killed = await topology.primaryOf(keyPrefix + sessionId);
    // What was acknowledged before this wait has reached the replica.
    const replicated = writer.acknowledged.length;
    await ask(killed.port, (redis) => redis.wait(1, 1000));
    await killed.kill();
    await until(() => topology.hasTakenOver(keyPrefix + sessionId, killed), FAILOVER_LIMIT_MS);
    const tookOverAt = performance.now();
    await until(() => (writer.acknowledged.at(-1)?.atMs ?? 0) > tookOverAt, FAILOVER_LIMIT_MS);
    const firstWriteMs = performance.now() - tookOverAt;

    console.log(JSON.stringify({ figure: 'first write after the failover', ms: Math.round(firstWriteMs) }));
    expect(firstWriteMs).toBeLessThan(FIRST_WRITE_LIMIT_MS);

    await until(() => follower.gaps > 0);
    const seen = follower.revisions.length;
    await until(() => follower.revisions.length > seen + 20);
    await writer.stop();

    const stored = await storedContents(other.store, sessionId);
    expect(new Set(stored).size).toBe(stored.length);
    expect(stored.slice(0, replicated)).toEqual(writer.acknowledged.slice(0, replicated).map(({ content }) => content));
    const order = stored.map((content) => Number(content.slice('message '.length)));
    expect(order).toEqual([...order].sort((one, two) => one - two));
    expect(order.at(-1)).toBe(writer.acknowledged.length);
  });

  it('is seen by nobody who looks later: it is up, lists, and hears documents change', async () => {
    await until(async () => (await own.store.status()).up && (await other.store.status()).up);
    expect((await own.store.list(10)).sessions.map((session) => session.sessionId)).toEqual(['call']);
    let changes = 0;
    const leave = await other.shared.watchDocuments('docs', () => (changes += 1));
    await own.shared.writeDocument('docs', 'one', 1, 0);
    await until(() => changes === 1);
    await leave();
  });
});
