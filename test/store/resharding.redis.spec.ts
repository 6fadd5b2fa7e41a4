/** On a Redis Cluster alone: slots move between its primaries while a session that lives in one of them is written. */
import { systemClock } from '../../src/common/clock';
import { RedisCluster } from '../support/redis-cluster';
import { type ConnectedStore, connectStore } from '../support/redis-store';
import { uniquePrefix } from '../support/test-redis';
import { until } from '../support/until';
import { Follower, SteadyWriter, storedContents } from './steady-writer';

describe('a slot that moves', () => {
  let cluster: RedisCluster;
  let own: ConnectedStore;
  let other: ConnectedStore;
  const keyPrefix = uniquePrefix();

  beforeAll(async () => {
    cluster = await RedisCluster.start();
    own = await connectStore(cluster.servers, { keyPrefix, clock: systemClock });
    other = await connectStore(cluster.servers, { keyPrefix, clock: systemClock });
  });
  afterAll(async () => {
    own.disconnect();
    other.disconnect();
    await cluster.stop();
  });

  const follow = async (sessionId: string) => {
    await own.store.create(sessionId, 3600, { id: 'open', ops: [] });
    const follower = new Follower();
    const stop = await other.store.watch(sessionId, follower.listener);
    return { follower, stop };
  };

  it('takes its sessions with it: nothing is lost, doubled or out of order, and the feed follows', async () => {
    const { follower, stop } = await follow('moving');
    const writer = new SteadyWriter(own.store, 'moving');
    writer.start();
    await until(() => follower.revisions.length > 20);
    for (let move = 1; move <= 3; move += 1) {
      const before = writer.acknowledged.length;
      // In the middle of the move the session is at its new place, and its slot is not yet.
      await cluster.moveSlot(`${keyPrefix}moving`, () => until(() => writer.acknowledged.length > before + 20));
      await until(() => follower.gaps >= move);
      const seen = follower.revisions.length;
      await until(() => follower.revisions.length > seen + 20);
    }
    await writer.stop();
    const contents = writer.acknowledged.map(({ content }) => content);
    expect(await storedContents(own.store, 'moving')).toEqual(contents);
    expect(await storedContents(other.store, 'moving')).toEqual(contents);
    await until(() => follower.revisions.at(-1) === contents.length + 1);
    expect(follower.isInOrder).toBe(true);
    await stop();
  });

  it('is no gap for those whose sessions have stayed', async () => {
    const moving = await follow('moving-again');
    const others = await Promise.all(Array.from({ length: 50 }, (_, index) => follow(`stays-${index}`)));
    await cluster.moveSlot(`${keyPrefix}moving-again`);
    await until(() => moving.follower.gaps > 0);
    for (let index = 0; index < others.length; index += 1)
      await own.store.apply(`stays-${index}`, { id: 'b', ops: [] });
    await until(() => others.every(({ follower }) => follower.revisions.length > 0));
    expect(others.map(({ follower }) => [follower.gaps, follower.revisions])).toEqual(others.map(() => [0, [2]]));
    await Promise.all([moving, ...others].map(({ stop }) => stop()));
  });

  it('does not hide a session from the list', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `listed-${index}`);
    await Promise.all(ids.map((id) => own.store.create(id, 3600, { id: 'open', ops: [] })));
    await cluster.moveSlot(`${keyPrefix}listed-7`);
    const found = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await other.store.list(7, cursor);
      for (const { sessionId } of page.sessions) found.add(sessionId);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(ids.filter((id) => !found.has(id))).toEqual([]);
  });
});
