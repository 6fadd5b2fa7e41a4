/**
 * On Redis alone: the keys of what is shared stand beside those of the sessions, and its notifications travel over a
 * connection. Has a server to itself, so that its counters count nothing else.
 */
import { Redis } from 'ioredis';
import { RedisServer } from '../support/redis-server';
import { until } from '../support/until';
import { commandCalls, redisProcess, type RedisProcess } from './redis-process';

describe('what is shared, in Redis', () => {
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
  afterEach(() => admin.flushall());
  afterAll(async () => {
    own.disconnect();
    other.disconnect();
    admin.disconnect();
    await server.stop();
  });

  const follow = async (collection: string) => {
    const seen = { calls: 0, stop: () => Promise.resolve() };
    seen.stop = await own.shared.watchDocuments(collection, () => (seen.calls += 1));
    return seen;
  };
  const writeAll = async () => {
    await own.shared.writeDocument('docs', 'one', { big: 9007199254740991, list: [], of: {} }, 0);
    await own.shared.addCounts('counts', new Map([['a', 2]]), 60);
    await own.shared.countInWindow('window', 3, 30);
  };

  it('is a hash for each collection, key of counters and window, under keys that no session can have', async () => {
    await writeAll();
    expect((await admin.keys('*')).sort()).toEqual(['p:~counters:counts', 'p:~documents:docs', 'p:~window:window']);
    const documents = await admin.hgetall('p:~documents:docs');
    expect(documents).toEqual({ one: '1 {"big":9007199254740991,"list":[],"of":{}}' });
    expect(await admin.hgetall('p:~counters:counts')).toEqual({ a: '2' });
    expect(await admin.hgetall('p:~window:window')).toEqual({ count: '3' });
    expect(await Promise.all((await admin.keys('*')).sort().map((key) => admin.ttl(key)))).toEqual([60, -1, 30]);
  });

  it('costs one command a call', async () => {
    await writeAll();
    await admin.config('RESETSTAT');
    await writeAll().catch(() => undefined);
    await own.shared.readDocuments('docs');
    await own.shared.addCounts('counts', new Map(Object.entries({ a: 1, b: 2 })), 60);
    await own.shared.readCounts('counts');
    const calls = await commandCalls(admin);
    expect([calls.get('evalsha'), calls.get('eval'), calls.get('hgetall')]).toEqual([2, undefined, 2]);
  });

  it('is passed over by the list of sessions, which asks nothing about it', async () => {
    for (let index = 0; index < 200; index += 1) await own.shared.countInWindow(`w${index}`, 1, 60);
    const ids = Array.from({ length: 25 }, (_, index) => `s${index}`);
    await Promise.all(ids.map((id) => own.store.create(id, 60, { id: 'open', ops: [] })));
    await admin.config('RESETSTAT');
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await own.store.list(7, cursor);
      expect(page.sessions.length).toBeLessThanOrEqual(7);
      found.push(...page.sessions.map(({ sessionId }) => sessionId));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(found.sort()).toEqual(ids.sort());
    const calls = await commandCalls(admin);
    expect([calls.get('hmget'), calls.get('hgetall'), calls.get('pttl')]).toEqual([25, undefined, undefined]);
  });

  it('has its watchers told when the connection is back, for writes may have been missed', async () => {
    const [docs, more] = [await follow('docs'), await follow('more')];
    await other.shared.writeDocument('docs', 'one', 1, 0);
    await until(() => docs.calls === 1);
    await admin.client('KILL', 'TYPE', 'pubsub');
    await until(() => docs.calls === 2 && more.calls === 1);
    await other.shared.writeDocument('docs', 'one', 2, 1);
    await until(() => docs.calls === 3);
    await Promise.all([docs.stop(), more.stop()]);
  });

  it('shares the connection of the sessions, and neither hears of the other', async () => {
    await other.store.create('docs', 60, { id: 'open', ops: [] });
    const kinds: string[] = [];
    const stop = await own.store.watch('docs', ({ kind }) => kinds.push(kind));
    const docs = await follow('docs');
    await other.shared.writeDocument('docs', 'one', 1, 0);
    await other.store.apply('docs', { id: 'b', ops: [] });
    await until(() => docs.calls === 1 && kinds.length === 1);
    expect([docs.calls, kinds]).toEqual([1, ['change']]);
    await Promise.all([docs.stop(), stop()]);
    expect(await admin.pubsub('CHANNELS')).toEqual([]);
  });

  it('subscribes once for many watchers, and for none when the last has left', async () => {
    const subscribers = async () => ((await admin.pubsub('NUMSUB', 'p:~documents:docs')) as [string, number])[1];
    const [first, second] = await Promise.all([follow('docs'), follow('docs')]);
    expect(await subscribers()).toBe(1);
    await first?.stop();
    expect(await subscribers()).toBe(1);
    await second?.stop();
    expect(await subscribers()).toBe(0);
  });

  it('is counted once where the server has forgotten the scripts', async () => {
    await admin.script('FLUSH');
    const additions = Array.from({ length: 50 }, () => own.shared.addCounts('counts', new Map([['a', 1]]), 60));
    const counts = Array.from({ length: 50 }, () => own.shared.countInWindow('window', 1, 60));
    expect(await own.shared.writeDocument('docs', 'one', 1, 0)).toBe(1);
    await Promise.all([...additions, ...counts]);
    expect(await own.shared.readCounts('counts')).toEqual(new Map([['a', 50]]));
    expect((await own.shared.countInWindow('window', 0, 60)).count).toBe(50);
  });

  it.each(['noise', '1', 'one {}', '1 {"secret'])(
    'says that a document %j cannot be read, and not what it is',
    async (text) => {
      await admin.hset('p:~documents:docs', 'one', text);
      const failure = own.shared.readDocuments('docs');
      await expect(failure).rejects.toMatchObject({ code: 'internal_error' });
      await expect(failure).rejects.not.toHaveProperty('cause');
      await expect(failure).rejects.toThrow('The stored document one of docs cannot be read.');
    },
  );

  it('answers with an error of its own where another program has the key', async () => {
    await admin.set('p:~documents:docs', 'text');
    await admin.set('p:~counters:counts', 'text');
    await expect(own.shared.readDocuments('docs')).rejects.toMatchObject({ code: 'store_unavailable' });
    await expect(own.shared.addCounts('counts', new Map([['a', 1]]), 60)).rejects.toMatchObject({
      code: 'store_unavailable',
    });
    expect(await admin.ttl('p:~counters:counts')).toBe(-1);
  });
});
