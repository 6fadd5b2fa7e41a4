/**
 * On Redis alone: other services and people at a console read these keys, so their names, their fields and their
 * lives are a contract of their own. The embedded store has no keys.
 */
import { Redis } from 'ioredis';
import type { Op } from '../../src/store/ops';
import type { SessionStore } from '../../src/store/session-store';
import { type RedisHarness, redisHarness } from './redis.harness';
import { redisProcess } from './redis-process';
import { codeOf } from './refusal';
import { removeKeys, testRedisUrl, uniquePrefix } from '../support/test-redis';

describe('a session in Redis', () => {
  let harness: RedisHarness;
  let store: SessionStore;
  let redis: Redis;

  beforeAll(async () => {
    harness = await redisHarness();
    ({ store, redis } = harness);
  });
  afterAll(() => harness.close());

  const keys = () => redis.keys(`${harness.keyPrefix}*`);
  const key = (sessionId: string) => harness.keyPrefix + sessionId;
  const create = (id: string, ops: Op[], ttlSeconds = 60) => store.create(id, ttlSeconds, { id: 'open', ops });

  it('is one hash under the prefix and its id, and nothing else', async () => {
    await create('one', [
      { op: 'setContext', key: 'tier', value: 'gold' },
      { op: 'setSlots', slots: { city: 'Rome', 'a:b': [] } },
      { op: 'setToolOutput', tool: 'search', output: { hits: 0 } },
      { op: 'append', agent: 'Concierge', role: 'user', content: 'hello', at: 5 },
      { op: 'append', agent: 'Fraud:2', role: 'assistant', content: 'hi', at: 6, meta: { m: 1 } },
      { op: 'systemPrompt', agent: 'Concierge', content: 'be kind' },
      { op: 'recordLatency', stage: 'stt', seconds: 0.5 },
    ]);
    expect(await keys()).toEqual([key('one')]);
    expect(await redis.type(key('one'))).toBe('hash');
  });

  it('has one field for each context key, slot, tool output and message', async () => {
    const fields = await redis.hgetall(key('one'));
    expect(fields).toMatchObject({
      'c:tier': '"gold"',
      's:city': '"Rome"',
      's:a:b': '[]',
      'o:search': '{"hits":0}',
      'm:1:Concierge': '[5,"user","hello"]',
      'm:2:Fraud:2': '[6,"assistant","hi",{"m":1}]',
    });
    expect(fields['p:Concierge']).toBe(`[${harness.now()},"be kind"]`);
    const names = Object.keys(fields);
    expect(names.filter((name) => /^[cso]:/.test(name))).toHaveLength(4);
    expect(names.filter((name) => name.startsWith('m:'))).toHaveLength(2);
  });

  it('grows by the fields of a batch and touches no other', async () => {
    const before = await redis.hgetall(key('one'));
    await store.apply('one', { id: 'more', ops: [{ op: 'append', agent: 'a', role: 'user', content: 'x' }] });
    const after = await redis.hgetall(key('one'));
    const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
    expect(changed.sort()).toEqual(['b:more', 'f:2', 'm:3:a', 'r:2', 'session', 'tu']);
  });

  it('has a time to live from its first step on, set anew with each batch', async () => {
    await create('lives', [], 100);
    expect(await redis.ttl(key('lives'))).toBe(100);
    await redis.expire(key('lives'), 10);
    await store.apply('lives', { id: 'again', ops: [] });
    expect(await redis.ttl(key('lives'))).toBe(100);
  });

  it('leaves for a while a mark that it has ended, and none of its data', async () => {
    await create('ends', [{ op: 'setContext', key: 'secret', value: 1 }]);
    await store.end('ends');
    expect(await redis.hgetall(key('ends'))).toEqual({ ended: String(harness.now()) });
    expect(await redis.ttl(key('ends'))).toBe(600);
  });

  it('is refused where something else stands under its key, which stays as it is', async () => {
    await redis.set(key('text'), 'of another program');
    await redis.hset(key('hash'), 'field', 'of another program');
    for (const id of ['text', 'hash']) {
      expect(await codeOf(store.load(id))).toBe('session_corrupt');
      expect(await codeOf(store.readRevision(id))).toBe('session_corrupt');
      expect(await codeOf(store.apply(id, { id: 'x', ops: [] }))).toBe('session_corrupt');
      expect(await codeOf(store.create(id, 60, { id: 'x', ops: [] }))).toBe('session_corrupt');
      expect(await codeOf(store.end(id))).toBe('session_corrupt');
    }
    expect(await redis.get(key('text'))).toBe('of another program');
    expect(await redis.hgetall(key('hash'))).toEqual({ field: 'of another program' });
    expect((await store.list(100)).sessions.map(({ sessionId }) => sessionId).sort()).toEqual(['lives', 'one']);
  });

  it('of a later layout is refused, not written over', async () => {
    await create('later', []);
    const header = (await redis.hget(key('later'), 'session')) ?? '';
    await redis.hset(key('later'), 'session', header.replace(/^1 /, '2 '));
    expect(await codeOf(store.load('later'))).toBe('session_corrupt');
    expect(await codeOf(store.apply('later', { id: 'x', ops: [] }))).toBe('session_corrupt');
    expect(await codeOf(store.readHistory('later', 'a', -1, 1))).toBe('session_corrupt');
  });
});

it('a prefix with the characters of patterns lists its own sessions alone', async () => {
  const base = uniquePrefix();
  const odd = await redisProcess(testRedisUrl(), { keyPrefix: `${base}*?[a]\\:` });
  const beside = await redisProcess(testRedisUrl(), { keyPrefix: `${base}x` });
  await odd.store.create('mine', 60, { id: 'open', ops: [] });
  await beside.store.create('yours', 60, { id: 'open', ops: [] });
  const { sessions } = await odd.store.list(100);
  expect(sessions.map(({ sessionId }) => sessionId)).toEqual(['mine']);
  const redis = new Redis(testRedisUrl());
  await removeKeys(redis, base);
  redis.disconnect();
  odd.disconnect();
  beside.disconnect();
});
