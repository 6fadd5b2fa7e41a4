/**
 * On Redis alone: what a call costs there is round trips, and the server's own counters tell how many there were.
 * Has a server to itself, so that the counters count nothing else.
 */
import { once } from 'node:events';
import { Redis } from 'ioredis';
import type { Op } from '../../src/store/ops';
import { RedisServer } from '../support/redis-server';
import { until } from '../support/until';
import { commandCalls, redisProcess, type RedisProcess } from './redis-process';

describe('calls of the store in commands of Redis', () => {
  let server: RedisServer;
  let watcher: Redis;
  let own: RedisProcess;
  let unique = 0;

  beforeAll(async () => {
    server = await RedisServer.start();
    watcher = new Redis(server.url);
    own = await redisProcess(server.url);
  });
  afterAll(async () => {
    own.disconnect();
    watcher.disconnect();
    await server.stop();
  });

  const batch = (...ops: Op[]) => ({ id: `batch-${(unique += 1)}`, ops });
  const say = (content: string): Op => ({ op: 'append', agent: 'a', role: 'user', content });
  const open = async (...ops: Op[]) => {
    const id = `s-${(unique += 1)}`;
    await own.store.create(id, 60, batch(...ops));
    return id;
  };
  /** Commands that came over a connection while something ran; what scripts call is not among them. */
  const commandsOf = async (work: () => Promise<unknown>): Promise<string[]> => {
    const seen: string[] = [];
    const monitor = await watcher.monitor();
    monitor.on('monitor', (_time: string, [name = '', argument = '']: string[], source: string) => {
      if (source !== 'lua') seen.push(name === 'echo' ? argument : name.toLowerCase());
    });
    await work();
    await watcher.echo('done');
    await until(() => seen.includes('done'));
    monitor.disconnect();
    return seen.slice(0, -1);
  };

  it('an opening, a batch, a repeated batch and a refused one are one command each', async () => {
    const id = await open();
    const once = batch(say('1'), { op: 'recordLatency', stage: 'stt', seconds: 1 });
    const missing = batch({ op: 'truncate', seq: 999, content: '' });
    expect(await commandsOf(() => open(say('0')))).toEqual(['evalsha']);
    expect(await commandsOf(() => own.store.apply(id, once))).toEqual(['evalsha']);
    expect(await commandsOf(() => own.store.apply(id, once))).toEqual(['evalsha']);
    expect(await commandsOf(() => own.store.apply(id, missing).catch(() => undefined))).toEqual(['evalsha']);
  });

  it('a load, a revision and a context value are one command each, a page of history two', async () => {
    const id = await open(say('1'), { op: 'setContext', key: 'k', value: 1 });
    expect(await commandsOf(() => own.store.load(id))).toEqual(['hgetall']);
    expect(await commandsOf(() => own.store.readRevision(id))).toEqual(['hmget']);
    expect(await commandsOf(() => own.store.readContext(id, 'k'))).toEqual(['hmget']);
    expect(await commandsOf(() => own.store.readHistory(id, 'a', 0, 10))).toEqual(['hmget', 'hmget']);
  });

  it('nothing but the list looks through the keys of the server', async () => {
    await watcher.config('RESETSTAT');
    const id = await open(say('1'), { op: 'append', agent: 'b', role: 'system', content: 'x' });
    await own.store.apply(id, batch({ op: 'systemPrompt', agent: 'b', content: 'p' }, { op: 'clearHistory' }));
    const stop = await own.store.watch(id, () => undefined);
    await Promise.all([own.store.load(id), own.store.readRevision(id), own.store.readContext(id, 'k')]);
    await own.store.readHistory(id, 'a', -1, 10);
    await own.store.status();
    await stop();
    await own.store.end(id);
    expect((await commandCalls(watcher)).has('scan')).toBe(false);
    await own.store.list(10);
    const calls = await commandCalls(watcher);
    expect(calls.get('scan')).toBeGreaterThan(0);
    for (const name of ['keys', 'eval', 'hscan', 'dbsize', 'flushdb'])
      expect([name, calls.get(name)]).toEqual([name, undefined]);
  });

  it('the script is sent once, and by its hash from then on', async () => {
    const id = await open();
    await watcher.config('RESETSTAT');
    for (let turn = 0; turn < 20; turn += 1) await own.store.apply(id, batch(say(`${turn}`)));
    const calls = await commandCalls(watcher);
    expect([calls.get('evalsha'), calls.get('eval'), calls.get('script|load')]).toEqual([20, undefined, undefined]);
  });

  it('a server that has forgotten the script is given it again, and applies each batch once', async () => {
    const id = await open();
    await watcher.script('FLUSH');
    await watcher.config('RESETSTAT');
    const receipts = await Promise.all(
      Array.from({ length: 50 }, (_, index) => own.store.apply(id, batch(say(`${index}`)))),
    );
    expect(receipts.map(({ revision }) => revision)).toEqual(receipts.map((_, index) => index + 2));
    const { history } = await own.store.load(id);
    expect(history.get('a')?.messages.map(({ content }) => content)).toEqual(receipts.map((_, index) => `${index}`));
    expect((await commandCalls(watcher)).get('eval')).toBeGreaterThan(0);
  });

  it('batches keep their order where the script is forgotten and brought again by somebody else in between', async () => {
    const id = await open();
    const expected: string[] = [];
    const order: Promise<unknown>[] = [];
    for (let round = 0; round < 20; round += 1) {
      await watcher.script('FLUSH');
      for (const step of ['first', 'second']) {
        expected.push(`${round} ${step}`);
        order.push(own.store.apply(id, batch(say(`${round} ${step}`))));
        // The first is on its way, and the server knows the script again before the second is.
        await new Promise((resolve) => setImmediate(resolve));
        await own.commands.checkServers();
      }
    }
    await Promise.all(order);
    const { history } = await own.store.load(id);
    expect(history.get('a')?.messages.map(({ content }) => content)).toEqual(expected);
  });

  it('batches keep their order over a reconnect to a server that has forgotten the script', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = await open();
      await watcher.script('FLUSH');
      const ready = own.connections.map((connection) => once(connection, 'ready'));
      await watcher.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      await Promise.all(ready);
      const contents = Array.from({ length: 40 }, (_, index) => `${index}`);
      await Promise.all(contents.map((content) => own.store.apply(id, batch(say(content)))));
      const { history } = await own.store.load(id);
      expect(history.get('a')?.messages.map(({ content }) => content)).toEqual(contents);
    }
  });
});
