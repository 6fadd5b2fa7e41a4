/** On Redis alone: the limit of memory is the server's, and so is what it refuses when it is reached. */
import { Redis } from 'ioredis';
import type { Op } from '../../src/store/ops';
import { RedisServer } from '../support/redis-server';
import { plainState } from './model/plain';
import { redisProcess, type RedisProcess } from './redis-process';
import { codeOf } from './refusal';

describe('a Redis that is full and evicts nothing', () => {
  let server: RedisServer;
  let admin: Redis;
  let own: RedisProcess;

  beforeAll(async () => {
    server = await RedisServer.start(['--maxmemory-policy', 'noeviction']);
    admin = new Redis(server.url);
    own = await redisProcess(server.url);
  });
  afterAll(async () => {
    own.disconnect();
    admin.disconnect();
    await server.stop();
  });

  const EVERY_PART: readonly Op[] = [
    { op: 'append', agent: 'a', role: 'user', content: 'new' },
    { op: 'clearHistory', agent: 'a' },
    { op: 'deleteContext', key: 'k' },
    { op: 'setContext', key: 'l', value: 1 },
    { op: 'recordLatency', stage: 's', seconds: 1 },
  ];

  it('refuses what would grow, leaves the session as it was, and takes the same batch once there is room', async () => {
    const ops: Op[] = [
      { op: 'append', agent: 'a', role: 'user', content: 'kept' },
      { op: 'setContext', key: 'k', value: 'kept' },
    ];
    await own.store.create('s', 600, { id: 'open', ops });
    const before = plainState(await own.store.load('s'));
    await admin.config('SET', 'maxmemory', '1');
    const batch = { id: 'more', ops: EVERY_PART };
    await expect(own.store.apply('s', batch)).rejects.toMatchObject({ code: 'store_full', retryable: true });
    await expect(own.store.create('t', 60, batch)).rejects.toMatchObject({ code: 'store_full' });
    expect(plainState(await own.store.load('s'))).toEqual(before);
    expect(await codeOf(own.store.load('t'))).toBe('session_not_found');
    await admin.config('SET', 'maxmemory', '0');
    expect(await own.store.apply('s', batch)).toMatchObject({ revision: 2 });
  });

  it('refuses to convert a session of an older service, and leaves that as it was', async () => {
    const fields = { corememory: '{"slots":{"city":"Rome"}}', chat_history: '[{"role":"user","content":"hi"}]' };
    await admin.hset(`${own.keyPrefix}old`, fields);
    await admin.config('SET', 'maxmemory', '1');
    expect(await codeOf(own.store.apply('old', { id: 'first', ops: EVERY_PART }))).toBe('store_full');
    expect(await admin.hgetall(`${own.keyPrefix}old`)).toEqual(fields);
    await admin.config('SET', 'maxmemory', '0');
  });

  it('still ends sessions: that is what makes room', async () => {
    await own.store.create('ends', 60, { id: 'open', ops: [] });
    await admin.config('SET', 'maxmemory', '1');
    await own.store.end('ends');
    expect(await codeOf(own.store.load('ends'))).toBe('session_ended');
    await admin.config('SET', 'maxmemory', '0');
  });

  it('answers a batch again that was applied while there was room', async () => {
    await own.store.create('again', 60, { id: 'open', ops: [] });
    const batch = { id: 'once', ops: EVERY_PART };
    const receipt = await own.store.apply('again', batch);
    await admin.config('SET', 'maxmemory', '1');
    expect(await own.store.apply('again', batch)).toEqual({ ...receipt, repeated: true });
    await admin.config('SET', 'maxmemory', '0');
  });
});
