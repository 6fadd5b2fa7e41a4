import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { MemoManager } from '../../src/memo';
import { redisProcess, type RedisProcess } from '../store/redis-process';
import { codeOf } from '../store/refusal';
import { RedisServer } from '../support/redis-server';
import { SlowProxy } from '../support/slow-proxy';
import { until } from '../support/until';
import { memosOver, spoken } from './memos-on-redis';

const DELAY_MS = 200;
const SESSIONS = 20;
const ROUNDS = 200;
const TEXT = 'x'.repeat(500);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

describe('a Redis that takes 200 ms for each answer', () => {
  let server: RedisServer;
  let proxy: SlowProxy;
  let own: RedisProcess;
  beforeAll(async () => {
    server = await RedisServer.start();
    proxy = await SlowProxy.before(server.port);
    own = await redisProcess(proxy.url, { maxInFlight: 100 });
  });
  afterAll(async () => {
    own.disconnect();
    await proxy.close();
    await server.stop();
  });
  beforeEach(() => (proxy.delayMs = 0));

  it('lets memos gather their changes in few batches, and costs no memory beside the changes themselves', async () => {
    const memos = memosOver(own.store, { pendingMaxBytes: 64 * 1024 * 1024, sessionPendingMaxBytes: 4 * 1024 * 1024 });
    const names = Array.from({ length: SESSIONS }, (_, index) => `slow-${index}`);
    const live: MemoManager[] = [];
    for (const name of names) live.push(await memos.open(name, 600));
    proxy.delayMs = DELAY_MS;
    const before = heapBytes();
    let mostPending = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const memo of live) {
        memo.appendToHistory('Front', 'user', `${round} ${TEXT}`);
        memo.persistBackground();
      }
      mostPending = Math.max(mostPending, memos.pendingBytes);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const grown = heapBytes() - before;
    const bytes = SESSIONS * ROUNDS * TEXT.length;
    expect(mostPending).toBeLessThan(2 * bytes);
    // The memos keep what was said; what is on its way may be there once more.
    expect(grown).toBeLessThan(4 * bytes);
    await until(() => memos.pendingBytes === 0, 20_000);
    const { revision } = await own.store.load(names[0] as string);
    // One batch a round trip, as long as it all took.
    expect(revision).toBeLessThan(ROUNDS / 4);
    proxy.delayMs = 0;
    for (const name of names) {
      const rounds = (await spoken(own.store, name)).map((content) => Number(content.split(' ')[0]));
      expect(rounds).toEqual(Array.from({ length: ROUNDS }, (_, index) => index));
    }
  }, 60_000);

  it('has no more commands under way than the bound: others are refused at once and take no room', async () => {
    await own.store.create('bound', 600, { id: 'open', ops: [] });
    proxy.delayMs = DELAY_MS;
    const startedMs = performance.now();
    const outcomes = await Promise.all(
      Array.from({ length: 1000 }, (_, index) => codeOf(own.store.apply('bound', { id: `b${index}`, ops: [] }))),
    );
    const refused = outcomes.filter((code) => code === 'store_unavailable').length;
    expect(refused).toBeGreaterThanOrEqual(900);
    expect(performance.now() - startedMs).toBeLessThan(30_000);
    proxy.delayMs = 0;
    await until(async () => (await own.store.status()).up);
    expect(await codeOf(own.store.apply('bound', { id: 'after', ops: [] }))).not.toBe('store_unavailable');
  }, 60_000);
});
