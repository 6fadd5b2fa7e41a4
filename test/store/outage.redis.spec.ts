/**
 * On Redis alone: the embedded store has no server that can be slow, frozen or gone. Each test has a server to itself.
 */
import { Redis } from 'ioredis';
import type { Op } from '../../src/store/ops';
import { RedisServer } from '../support/redis-server';
import { until } from '../support/until';
import { commandCalls, redisProcess, type RedisProcess } from './redis-process';
import { codeOf } from './refusal';

const TIMEOUT_MS = 150;
/** What a busy machine may add to a timeout. */
const SLACK_MS = 1000;

const say = (content: string): Op => ({ op: 'append', agent: 'a', role: 'user', content });

async function elapsedMs(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

describe('while Redis does not answer', () => {
  let server: RedisServer;
  let own: RedisProcess;
  let watcher: Redis;

  beforeEach(async () => {
    server = await RedisServer.start();
    watcher = new Redis(server.url, { disconnectTimeout: 200 });
    watcher.on('error', () => undefined);
    own = await redisProcess(server.url, { commandTimeoutMs: TIMEOUT_MS, maxInFlight: 50 });
    await own.store.create('s', 3600, { id: 'open', ops: [say('before')] });
  });
  afterEach(async () => {
    own.disconnect();
    watcher.disconnect();
    await server.stop();
  });

  const calls = (): [string, () => Promise<unknown>][] => [
    ['apply', () => own.store.apply('s', { id: 'late', ops: [] })],
    ['create', () => own.store.create('t', 60, { id: 'late', ops: [] })],
    ['load', () => own.store.load('s')],
    ['readRevision', () => own.store.readRevision('s')],
    ['readContext', () => own.store.readContext('s', 'k')],
    ['readHistory', () => own.store.readHistory('s', 'a', -1, 10)],
    ['list', () => own.store.list(10)],
    ['end', () => own.store.end('s')],
    ['watch', () => own.store.watch('s', () => undefined)],
    ['readDocuments', () => own.shared.readDocuments('docs')],
    ['writeDocument', () => own.shared.writeDocument('docs', 'one', 1, 0)],
    ['watchDocuments', () => own.shared.watchDocuments('docs', () => undefined)],
    ['addCounts', () => own.shared.addCounts('counts', new Map([['a', 1]]), 60)],
    ['readCounts', () => own.shared.readCounts('counts')],
    ['removeCounts', () => own.shared.removeCounts('counts')],
    ['countInWindow', () => own.shared.countInWindow('window', 1, 60)],
  ];

  it('every call is refused within the time limit when it is frozen', async () => {
    server.pause();
    const took = await elapsedMs(async () => {
      const codes = await Promise.all(calls().map(async ([name, call]) => [name, await codeOf(call())]));
      expect(codes).toEqual(calls().map(([name]) => [name, 'store_unavailable']));
    });
    expect(took).toBeGreaterThan(TIMEOUT_MS - 50);
    expect(took).toBeLessThan(TIMEOUT_MS + SLACK_MS);
    expect(await own.store.status()).toMatchObject({ up: false });
  });

  it('every call is refused at once when it is gone', async () => {
    await server.kill();
    await until(() => own.connections.every(({ status }) => status !== 'ready') && own.feed.status !== 'ready');
    for (const [name, call] of calls()) {
      const took = await elapsedMs(async () =>
        expect([name, await codeOf(call())]).toEqual([name, 'store_unavailable']),
      );
      expect(took).toBeLessThan(TIMEOUT_MS);
    }
    expect(await own.store.status()).toMatchObject({ up: false });
  });

  it('what was under way when it went is refused within the time limit', async () => {
    server.pause();
    const pending = codeOf(own.store.apply('s', { id: 'under-way', ops: [] }));
    const took = await elapsedMs(async () => {
      await server.kill();
      expect(await pending).toBe('store_unavailable');
    });
    expect(took).toBeLessThan(TIMEOUT_MS + SLACK_MS);
  });

  it('no more than the bound is under way, and what is beyond it is refused at once', async () => {
    server.pause();
    const pending = Array.from({ length: 50 }, (_, index) =>
      codeOf(own.store.apply('s', { id: `b${index}`, ops: [] })),
    );
    const took = await elapsedMs(async () => {
      expect(await codeOf(own.store.apply('s', { id: 'beyond', ops: [] }))).toBe('store_unavailable');
      expect(await codeOf(own.store.load('s'))).toBe('store_unavailable');
    });
    expect(took).toBeLessThan(TIMEOUT_MS / 2);
    expect(new Set(await Promise.all(pending))).toEqual(new Set(['store_unavailable']));
  });

  it('what was given up no longer takes room, however long it is frozen', async () => {
    await watcher.config('RESETSTAT');
    server.pause();
    for (let round = 0; round < 4; round += 1) {
      const pending = Array.from({ length: 50 }, (_, index) =>
        codeOf(own.store.apply('s', { id: `b${round}-${index}`, ops: [] })),
      );
      await Promise.all(pending);
    }
    server.resume();
    await until(async () => (await own.store.status()).up);
    // Each command that still arrives was kept all the while.
    expect((await commandCalls(watcher)).get('evalsha') ?? 0).toBeLessThanOrEqual(50);
  });

  it('all is well again by itself once it is back, as it was before', async () => {
    server.pause();
    await codeOf(own.store.load('s'));
    server.resume();
    await until(async () => (await own.store.status()).up);
    expect(await own.store.readRevision('s')).toBeGreaterThan(0);

    await server.kill();
    await until(async () => !(await own.store.status()).up);
    await server.launch();
    await until(async () => (await own.store.status()).up);
    // A server that lost everything, the script included: nothing pretends otherwise, and new sessions open.
    expect(await codeOf(own.store.load('s'))).toBe('session_not_found');
    expect(await own.store.create('s', 60, { id: 'open', ops: [say('after')] })).toMatchObject({ revision: 1 });
  });
});
