/** On Redis alone: the embedded store is never away. */
import { Redis } from 'ioredis';
import { isSpooled } from '../../src/store/session-writes';
import { MAX_BACKLOG } from '../../src/store/spool/spool';
import { LossyStore } from '../memo/lossy-store';
import { RedisServer } from '../support/redis-server';
import { until } from '../support/until';
import { redisProcess, type RedisProcess } from './redis-process';
import { codeOf } from './refusal';
import { openSpooling, said, say, spoolFolder } from './spool.harness';

const SPOOLED = { durability: 'spooled' };

describe('a store behind a spool', () => {
  let server: RedisServer;
  let own: RedisProcess;
  let place: ReturnType<typeof spoolFolder>;
  let spooling: Awaited<ReturnType<typeof openSpooling>>;

  beforeEach(async () => {
    server = await RedisServer.start(['--appendonly', 'yes', '--appendfsync', 'always']);
    own = await redisProcess(server.url, { commandTimeoutMs: 500 });
    place = spoolFolder();
    spooling = await openSpooling(own.store, place.folder);
    await own.store.create('s', 3600, { id: 'open', ops: [] });
  }, 30_000);
  afterEach(async () => {
    await spooling.spool.close();
    own.disconnect();
    await server.stop();
    place.remove();
  });

  const write = (content: string, sessionId = 's') =>
    spooling.store.write(sessionId, { id: `said-${content}`, ops: [say(content)] });
  const back = async () => {
    await until(async () => (await own.store.status()).up);
    await until(async () => {
      await spooling.replay.run();
      return spooling.spool.figures.entries === 0;
    });
  };
  /** Reads are answered, writes are not: the least of all outages. */
  async function refuseWrites(): Promise<() => Promise<void>> {
    const admin = new Redis(server.url);
    await admin.config('SET', 'min-replicas-to-write', '1');
    return async () => {
      await admin.config('SET', 'min-replicas-to-write', '0');
      admin.disconnect();
    };
  }

  it('answers as the store does as long as that answers', async () => {
    expect(await write('1')).toMatchObject({ revision: 2, messages: [1] });
    expect(await spooling.store.status()).toEqual({ up: true, spool: { entries: 0, bytes: 0, deadLetters: 0 } });
  });

  it('keeps what was written while Redis was gone, and brings it over in order', async () => {
    await write('1');
    await server.kill();
    for (const content of ['2', '3', '4']) expect(await write(content)).toEqual(SPOOLED);
    expect(await spooling.store.status()).toMatchObject({ up: true, degraded: true, spool: { entries: 3 } });
    await server.launch();
    await back();
    expect(await said(own.store, 's')).toEqual(['1', '2', '3', '4']);
    expect(await spooling.store.status()).toEqual({ up: true, spool: { entries: 0, bytes: 0, deadLetters: 0 } });
  });

  it('does not double what Redis had taken before it froze', async () => {
    server.pause();
    const answer = write('1');
    // The command lies in the server's socket by now: it is carried out as soon as the server goes on.
    expect(await answer).toEqual(SPOOLED);
    expect(await write('2')).toEqual(SPOOLED);
    server.resume();
    await back();
    expect(await said(own.store, 's')).toEqual(['1', '2']);
  });

  it('does not double what was applied and whose answer was lost', async () => {
    const lossy = new LossyStore(own.store);
    await spooling.spool.close();
    spooling = await openSpooling(lossy, place.folder);
    lossy.breakWrites(['unanswered']);
    expect(await write('1')).toEqual(SPOOLED);
    expect(await said(own.store, 's')).toEqual(['1']);
    lossy.breakWrites(['unanswered', 'unsent']);
    for (let pass = 0; pass < 3; pass += 1) await spooling.replay.run();
    expect(spooling.spool.figures.entries).toBe(0);
    expect(await said(own.store, 's')).toEqual(['1']);
  });

  it('lets nothing overtake what waits, and other sessions go on', async () => {
    await own.store.create('t', 3600, { id: 'open', ops: [] });
    const allow = await refuseWrites();
    expect(await write('1')).toEqual(SPOOLED);
    await allow();
    expect(await write('2')).toEqual(SPOOLED);
    expect(await codeOf(spooling.store.apply('s', { id: 'plain', ops: [say('plain')] }))).toBe('store_unavailable');
    expect(await codeOf(spooling.store.end('s'))).toBe('store_unavailable');
    expect(await codeOf(spooling.store.create('s', 60, { id: 'again', ops: [] }))).toBe('store_unavailable');
    expect([spooling.store.isDegraded('s'), spooling.store.isDegraded('t')]).toEqual([true, false]);
    expect(await write('1', 't')).toMatchObject({ revision: 2 });
    await back();
    expect(await write('3')).toMatchObject({ messages: [3] });
    expect(await said(own.store, 's')).toEqual(['1', '2', '3']);
  });

  it('replays while something is on its way to the disk', async () => {
    await server.kill();
    const writes = Array.from({ length: 20 }, async (_, index) => {
      const answer = write(String(index));
      await spooling.replay.run();
      return answer;
    });
    expect((await Promise.all(writes)).every(isSpooled)).toBe(true);
    await server.launch();
    await back();
    expect(new Set(await said(own.store, 's'))).toEqual(new Set(Array.from({ length: 20 }, (_, index) => `${index}`)));
  });

  it('keeps a batch that is sent again once, and refuses another one under its id', async () => {
    const allow = await refuseWrites();
    for (let attempt = 0; attempt < 3; attempt += 1) expect(await write('1')).toEqual(SPOOLED);
    expect(spooling.spool.figures.entries).toBe(1);
    const other = spooling.store.write('s', { id: 'said-1', ops: [say('other')] });
    expect(await codeOf(other)).toBe('idempotency_key_reused');
    await allow();
    await back();
    expect(await write('1')).toMatchObject({ repeated: true });
    expect(await said(own.store, 's')).toEqual(['1']);
  });

  it('refuses what can never be applied before it is kept', async () => {
    const allow = await refuseWrites();
    expect(await codeOf(spooling.store.write('s', { id: 'with space', ops: [] }))).toBe('validation_failed');
    await allow();
  });

  it('keeps what the store refuses for good, with the reason, and goes on behind it', async () => {
    await own.store.create('t', 3600, { id: 'open', ops: [] });
    const allow = await refuseWrites();
    await write('1');
    await spooling.store.write('s', { id: 'bad', ops: [{ op: 'truncate', seq: 99, content: '' }] });
    await write('2');
    expect(await write('late', 't')).toEqual(SPOOLED);
    await allow();
    await own.store.end('t');
    await back();
    expect(await said(own.store, 's')).toEqual(['1', '2']);
    expect(spooling.spool.figures).toMatchObject({ entries: 0, deadLetters: 2 });
    const metrics = await spooling.registry.metrics();
    expect(metrics).toMatch(/^parley_spool_dead_letters_total\{code="message_not_found"\} 1$/m);
    expect(metrics).toMatch(/^parley_spool_dead_letters_total\{code="session_ended"\} 1$/m);
    expect(metrics).toMatch(/^parley_spool_replayed_total 2$/m);
    await spooling.spool.close();
    spooling = await openSpooling(own.store, place.folder);
    expect(spooling.spool.figures).toMatchObject({ entries: 0, deadLetters: 2 });
  });

  it('refuses what finds no room, is then down, and takes writes again when some is free', async () => {
    await spooling.spool.close();
    spooling = await openSpooling(own.store, place.folder, 4096);
    await server.kill();
    expect(await write('1')).toEqual(SPOOLED);
    const large = () => spooling.store.write('s', { id: 'large', ops: [say('x'.repeat(5000))] });
    expect(await codeOf(large())).toBe('store_unavailable');
    expect(await spooling.store.status()).toMatchObject({ up: false, degraded: true });
    await server.launch();
    await back();
    expect((await spooling.store.status()).up).toBe(true);
    expect(await said(own.store, 's')).toEqual(['1']);
  });

  it('keeps no more of one session than the store remembers', async () => {
    await server.kill();
    const batches = Array.from({ length: MAX_BACKLOG }, (_, index) => write(String(index)));
    expect((await Promise.all(batches)).every(isSpooled)).toBe(true);
    expect(await codeOf(write('beyond'))).toBe('store_unavailable');
    expect(await write('elsewhere', 't')).toEqual(SPOOLED);
    await server.launch();
    await back();
    expect(await said(own.store, 's')).toHaveLength(MAX_BACKLOG);
    expect(await write('0')).toMatchObject({ repeated: true });
  });

  it('is used by one process, and what that has left is brought over by the next', async () => {
    await server.kill();
    for (const content of ['1', '2']) await write(content);
    expect(await codeOf(openSpooling(own.store, place.folder))).toBe('store_locked');
    await spooling.spool.close();
    spooling = await openSpooling(own.store, place.folder);
    expect(spooling.spool.figures.entries).toBe(2);
    expect(await write('3')).toEqual(SPOOLED);
    await server.launch();
    await back();
    expect(await said(own.store, 's')).toEqual(['1', '2', '3']);
  });
});
