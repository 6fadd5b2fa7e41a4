/**
 * Memos without a spool while their Redis is away. The server writes every command to disk before it answers, so that what
 * was there before a kill is there after it.
 */
import type { MemoManager } from '../../src/memo';
import { redisProcess, type RedisProcess } from '../store/redis-process';
import { codeOf } from '../store/refusal';
import { RedisServer } from '../support/redis-server';
import { until } from '../support/until';
import { memosOver, spoken } from './memos-on-redis';

const TIMEOUT_MS = 500;
/** What a busy machine may add to a timeout. */
const SLACK_MS = 1000;
const SESSIONS = ['one', 'two', 'three'];

describe.each(['killed', 'frozen'] as const)('memos while Redis is %s', (how) => {
  let server: RedisServer;
  let own: RedisProcess;
  let memos: ReturnType<typeof memosOver>;
  let live: MemoManager[];

  beforeEach(async () => {
    server = await RedisServer.start(['--appendonly', 'yes', '--appendfsync', 'always']);
    own = await redisProcess(server.url, { commandTimeoutMs: TIMEOUT_MS });
    memos = memosOver(own.store, { sessionPendingMaxBytes: 64 * 1024 });
    live = await Promise.all(SESSIONS.map((id) => memos.open(id, 600)));
    await sayAll('before');
    await Promise.all(live.map((memo) => memo.persist()));
  });
  afterEach(async () => {
    own.disconnect();
    await server.stop();
  });

  const sayAll = async (content: string) => {
    for (const memo of live) memo.appendToHistory('Front', 'user', content);
  };
  const goAway = () => (how === 'killed' ? server.kill() : server.pause());
  const comeBack = async () => {
    await (how === 'killed' ? server.launch() : server.resume());
    await until(async () => (await own.store.status()).up);
  };
  const first = () => live[0] as MemoManager;

  it('are read as before, their own changes included', async () => {
    await goAway();
    first().setContext('tier', 'gold');
    first().appendToHistory('Front', 'user', 'meanwhile');
    first().persistBackground();
    expect(first().getContext('tier')).toBe('gold');
    expect(
      first()
        .getHistory('Front')
        .map(({ content }) => content),
    ).toEqual(['before', 'meanwhile']);
    // Whoever comes for the session now shares the memo that is there.
    expect(await memos.restore('one')).toBe(first());
    await comeBack();
  });

  it('refuse what must be durable within the time limit, and keep it', async () => {
    await goAway();
    first().appendToHistory('Front', 'user', 'kept');
    const startedMs = performance.now();
    expect(await codeOf(first().persist())).toBe('store_unavailable');
    expect(performance.now() - startedMs).toBeLessThan(TIMEOUT_MS + SLACK_MS);
    await comeBack();
    await first().persist();
    expect(await spoken(own.store, 'one')).toEqual(['before', 'kept']);
  });

  it('write all that waited once and in order when it is back', async () => {
    await goAway();
    const said = Array.from({ length: 100 }, (_, index) => `message ${index}`);
    for (const content of said) {
      await sayAll(content);
      for (const memo of live) memo.persistBackground();
      // The event loop turns, so that attempts begin and fail in the middle of it.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await comeBack();
    await until(() => memos.pendingBytes === 0);
    for (const id of SESSIONS) expect(await spoken(own.store, id)).toEqual(['before', ...said]);
  });

  it('hold unwritten changes up to the bound, refuse more, and take them again afterwards', async () => {
    await goAway();
    const refused = (index: number) => {
      try {
        first().appendToHistory('Front', 'user', `${index} ${'x'.repeat(1000)}`);
        first().persistBackground();
        return undefined;
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    let taken = 0;
    while (refused(taken) === undefined) taken += 1;
    expect(refused(taken)).toBe('pending_overflow');
    expect(taken).toBeGreaterThan(10);
    expect(memos.pendingBytes).toBeLessThanOrEqual(64 * 1024);
    await comeBack();
    await until(() => memos.pendingBytes === 0);
    expect(refused(taken)).toBeUndefined();
    await first().persist();
    const numbers = (await spoken(own.store, 'one')).slice(1).map((content) => Number(content.split(' ')[0]));
    expect(numbers).toEqual(Array.from({ length: taken + 1 }, (_, index) => index));
  });
});
