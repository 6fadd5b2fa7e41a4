/**
 * On Redis alone: a connection that breaks leaves open whether a batch arrived. Nothing may send it again but the
 * caller, who does so under the same id.
 */
import { Redis } from 'ioredis';
import type { Op } from '../../src/store/ops';
import { RedisServer } from '../support/redis-server';
import { until } from '../support/until';
import { commandCalls, redisProcess, type RedisProcess } from './redis-process';
import { codeOf } from './refusal';

const TIMEOUT_MS = 200;
const say = (content: string): Op => ({ op: 'append', agent: 'a', role: 'user', content });

describe('a batch of unknown outcome', () => {
  let server: RedisServer;
  let own: RedisProcess;
  let watcher: Redis;

  beforeEach(async () => {
    server = await RedisServer.start();
    watcher = new Redis(server.url);
    watcher.on('error', () => undefined);
    own = await redisProcess(server.url, { commandTimeoutMs: TIMEOUT_MS });
    await own.store.create('s', 3600, { id: 'open', ops: [] });
  });
  afterEach(async () => {
    own.disconnect();
    watcher.disconnect();
    await server.stop();
  });

  const breakConnections = () => {
    for (const connection of own.connections)
      (connection as unknown as { stream: { destroy(): void } }).stream.destroy();
  };
  const back = () => until(async () => (await own.store.status()).up);
  const contents = async () =>
    ((await own.store.load('s')).history.get('a')?.messages ?? []).map(({ content }) => content);

  it('that a frozen server took before the connection broke is applied at most once, and not sent again', async () => {
    await watcher.config('RESETSTAT');
    server.pause();
    const batches = Array.from({ length: 20 }, (_, index) => ({ id: `b${index}`, ops: [say(`${index}`)] }));
    const pending = batches.map((batch) => codeOf(own.store.apply('s', batch)));
    await new Promise((resolve) => setImmediate(resolve));
    breakConnections();
    expect(new Set(await Promise.all(pending))).toEqual(new Set(['store_unavailable']));
    server.resume();
    await back();
    // What the server still finds on the broken connection it does while it is looked at: in the end each was done once.
    await until(async () => ((await commandCalls(watcher)).get('evalsha') ?? 0) === (await contents()).length);
    const found = await contents();
    expect(new Set(found).size).toBe(found.length);
  });

  it('gives the first receipt when it is sent again under its id', async () => {
    server.pause();
    const batch = { id: 'unknown', ops: [say('once')] };
    expect(await codeOf(own.store.apply('s', batch))).toBe('store_unavailable');
    // Whether the server finds the batch where it was left or not: nothing was withdrawn, and nothing is lost.
    server.resume();
    await back();
    const receipt = await own.store.apply('s', batch);
    expect(receipt).toMatchObject({ revision: 2, messages: [1] });
    await own.store.apply('s', { id: 'later', ops: [say('later')] });
    expect(await own.store.apply('s', batch)).toEqual(receipt);
    expect(await contents()).toEqual(['once', 'later']);
  });

  it('sent again over a new connection is applied once, whether or not it had arrived', async () => {
    const batches = Array.from({ length: 20 }, (_, index) => ({ id: `b${index}`, ops: [say(`${index}`)] }));
    for (const batch of batches) {
      const pending = codeOf(own.store.apply('s', batch));
      if (Number(batch.id.slice(1)) % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
      breakConnections();
      await pending;
      // As a caller does: again and again, until there is an answer.
      await until(async () => (await codeOf(own.store.apply('s', batch))) === 'resolved');
    }
    expect(await contents()).toEqual(batches.map((_, index) => `${index}`));
    expect(await own.store.readRevision('s')).toBe(21);
  });
});
