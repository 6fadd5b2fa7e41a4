/**
 * On Redis alone: notifications travel over a connection there, and a connection can be lost. Listeners must learn that
 * they may have missed something.
 */
import { Redis } from 'ioredis';
import type { FeedEvent } from '../../src/store/session-store';
import { RedisServer } from '../support/redis-server';
import { until } from '../support/until';
import { redisProcess, type RedisProcess } from './redis-process';

describe('the change feed over a connection that breaks', () => {
  let server: RedisServer;
  let own: RedisProcess;
  let other: RedisProcess;
  let admin: Redis;

  beforeAll(async () => {
    server = await RedisServer.start();
    admin = new Redis(server.url);
    admin.on('error', () => undefined);
    own = await redisProcess(server.url, { keyPrefix: 'p:' });
    other = await redisProcess(server.url, { keyPrefix: 'p:' });
  });
  afterAll(async () => {
    own.disconnect();
    other.disconnect();
    admin.disconnect();
    await server.stop();
  });

  const follow = async (sessionId: string) => {
    const events: FeedEvent[] = [];
    const stop = await own.store.watch(sessionId, (event) => events.push(event));
    return { events, stop, kinds: () => events.map(({ kind }) => kind) };
  };
  const apply = (sessionId: string, id: string) => other.store.apply(sessionId, { id, ops: [] });

  it('tells every listener of a gap when it is back, and of what comes after', async () => {
    await other.store.create('one', 60, { id: 'open', ops: [] });
    await other.store.create('two', 60, { id: 'open', ops: [] });
    const [one, two] = [await follow('one'), await follow('two')];
    await apply('one', 'before');
    await until(() => one.events.length === 1);
    await admin.client('KILL', 'TYPE', 'pubsub');
    await until(() => one.kinds().includes('gap') && two.kinds().includes('gap'));
    await apply('one', 'after');
    await apply('two', 'after');
    await until(() => one.events.length === 3 && two.events.length === 2);
    expect(one.kinds()).toEqual(['change', 'gap', 'change']);
    expect(two.kinds()).toEqual(['gap', 'change']);
    await one.stop();
    await two.stop();
  });

  it('speaks of no gap to those who have left', async () => {
    await other.store.create('left', 60, { id: 'open', ops: [] });
    await other.store.create('stays', 60, { id: 'open', ops: [] });
    const [left, stays] = [await follow('left'), await follow('stays')];
    await left.stop();
    await admin.client('KILL', 'TYPE', 'pubsub');
    await until(() => stays.events.length === 1);
    expect(left.events).toEqual([]);
    expect(await admin.pubsub('NUMSUB', 'p:left')).toEqual(['p:left', 0]);
    await stays.stop();
  });

  it('makes a gap of a notification it cannot read', async () => {
    await other.store.create('odd', 60, { id: 'open', ops: [] });
    const { events, stop, kinds } = await follow('odd');
    for (const message of ['', 'noise', '\u001f', 'one two three four five\u001f']) {
      await admin.publish('p:odd', message);
    }
    await apply('odd', 'good');
    await until(() => events.length === 5);
    expect(kinds()).toEqual(['gap', 'gap', 'gap', 'gap', 'change']);
    await stop();
  });

  it('goes on after the server was started anew', async () => {
    await other.store.create('anew', 60, { id: 'open', ops: [] });
    const { events, stop, kinds } = await follow('anew');
    await server.kill();
    await server.launch();
    await until(() => kinds().includes('gap'));
    await until(async () => (await other.store.status()).up);
    await other.store.create('anew', 60, { id: 'open', ops: [] });
    await until(() => events.length === 2);
    expect(events[1]).toMatchObject({ kind: 'change', revision: 1 });
    await stop();
  });

  it('subscribes once for many listeners, and for none when the last has left', async () => {
    const subscribers = async () => ((await admin.pubsub('NUMSUB', 'p:many')) as [string, number])[1];
    const listeners = await Promise.all([follow('many'), follow('many'), follow('many')]);
    expect(await subscribers()).toBe(1);
    await listeners[0]?.stop();
    await listeners[1]?.stop();
    expect(await subscribers()).toBe(1);
    await listeners[2]?.stop();
    expect(await subscribers()).toBe(0);
  });
});
