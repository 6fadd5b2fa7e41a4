/**
 * On Redis alone: only there can an older service and Parley write to the same session. The older service writes its
 * two fields whole and sets the key's time to live; it knows nothing of Parley's fields.
 */
import { Redis } from 'ioredis';
import type { Op } from '../../src/store/ops';
import { threadMessages } from '../../src/store/session-state';
import { type RedisHarness, redisHarness } from './redis.harness';
import { legacySessions } from './legacy-fixtures';
import { plainState } from './model/plain';

const [[FIXTURE_ID, FIXTURE]] = legacySessions() as [ReturnType<typeof legacySessions>[number]];
const say = (content: string): Op => ({ op: 'append', agent: 'a', role: 'user', content });

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe('beside an older service that still runs', () => {
  let harness: RedisHarness;
  let old: Redis;

  beforeAll(async () => {
    harness = await redisHarness();
    old = harness.redis;
  });
  afterAll(() => harness.close());

  const key = (sessionId: string) => harness.keyPrefix + sessionId;
  /** What the older service does at the end of each turn. */
  const oldWrite = async (sessionId: string, fields: Readonly<Record<string, string>>) => {
    await old.hset(key(sessionId), fields);
    await old.expire(key(sessionId), 3600);
  };
  const said = (...contents: string[]) => ({
    corememory: JSON.stringify({ turns: contents.length }),
    chat_history: JSON.stringify({ a: contents.map((content) => ({ role: 'user', content })) }),
  });
  const heard = async (sessionId: string) =>
    threadMessages((await harness.store.load(sessionId)).history.get('a')).map(({ content }) => content);

  it('a conversion leaves nothing of the two fields, and takes the time to live over', async () => {
    await oldWrite(FIXTURE_ID, { ...FIXTURE });
    await harness.store.apply(FIXTURE_ID, { id: 'first', ops: [say('new')] });
    const names = await old.hkeys(key(FIXTURE_ID));
    expect(names.filter((name) => ['corememory', 'chat_history'].includes(name))).toEqual([]);
    expect(await old.ttl(key(FIXTURE_ID))).toBe(7200);
  });

  it('a first write that is refused converts nothing', async () => {
    await oldWrite('refused', said('1'));
    const before = await old.hgetall(key('refused'));
    const batch = { id: 'first', ops: [say('x'), { op: 'truncate', seq: 99, content: '' } as const] };
    await expect(harness.store.apply('refused', batch)).rejects.toMatchObject({ code: 'message_not_found' });
    expect(await old.hgetall(key('refused'))).toEqual(before);
  });

  it('what it writes after the conversion takes nothing from what Parley wrote', async () => {
    await oldWrite('after', said('1', '2'));
    await harness.store.apply('after', { id: 'first', ops: [say('3'), { op: 'setSlots', slots: { city: 'Rome' } }] });
    const before = await harness.store.load('after');
    await oldWrite('after', said('1', '2', 'of the older service'));
    expect(plainState(await harness.peer.load('after'))).toEqual(plainState(before));
    await harness.store.apply('after', { id: 'second', ops: [say('4')] });
    expect(await heard('after')).toEqual(['1', '2', '3', '4']);
    expect(await harness.store.readRevision('after')).toBe(2);
    expect(await old.ttl(key('after'))).toBe(7200);
  });

  it('what it writes between the read and the conversion is converted with the rest', async () => {
    await oldWrite('between', said('1'));
    const { read, stop } = await onRead(async (count) => {
      if (count === 1) await oldWrite('between', said('1', '2'));
    });
    await harness.store.apply('between', { id: 'first', ops: [say('3')] });
    stop();
    expect(await heard('between')).toEqual(['1', '2', '3']);
    expect(read()).toBe(2);
    expect((await harness.store.load('between')).context.get('turns')).toBe(2);
  });

  it('that never stops writing gives an answer in the end, and a session as it was', async () => {
    await oldWrite('busy', said('0'));
    let turn = 0;
    const { stop } = await onRead(() => oldWrite('busy', said(`${(turn += 1)}`)));
    const refused = harness.store.apply('busy', { id: 'first', ops: [say('x')] });
    await expect(refused).rejects.toMatchObject({ code: 'store_unavailable' });
    stop();
    expect(await heard('busy')).toEqual([`${turn}`]);
    expect(await harness.store.apply('busy', { id: 'first', ops: [say('x')] })).toMatchObject({ revision: 1 });
    expect(await heard('busy')).toEqual([`${turn}`, 'x']);
  });

  it('two first writes at once convert once and are both kept', async () => {
    await oldWrite('twice', said('1'));
    const receipts = await Promise.all([
      harness.store.apply('twice', { id: 'one', ops: [say('2')] }),
      harness.peer.apply('twice', { id: 'two', ops: [say('2')] }),
    ]);
    expect(receipts.map(({ revision }) => revision).sort()).toEqual([1, 2]);
    expect(await heard('twice')).toEqual(['1', '2', '2']);
  });

  it('batches submitted while the first of them converts keep their order', async () => {
    await oldWrite('order', said('0'));
    // What the first reads is slow to come, and somebody else converts the session meanwhile.
    const { stop } = await onRead((count) => (count === 1 ? convertedByOther() : Promise.resolve()));
    const convertedByOther = async () => {
      await harness.peer.apply('order', { id: 'other', ops: [] });
      await pause(20);
    };
    const write = (id: string) => harness.store.apply('order', { id, ops: [say(id)] });
    const first = write('1');
    const second = write('2');
    await first;
    const third = write('3');
    await Promise.all([second, third]);
    stop();
    expect(await heard('order')).toEqual(['0', '1', '2', '3']);
  });

  /** Does something after each read of the two fields and before the store has them; says how often it read. */
  async function onRead(doing: (count: number) => Promise<void>): Promise<{ read: () => number; stop: () => void }> {
    let reads = 0;
    const undo = harness.connections.map((connection) => {
      const original = connection.hmgetBuffer.bind(connection) as (...args: unknown[]) => Promise<unknown>;
      const intercept = async (...args: unknown[]) => {
        const values = await original(...args);
        await doing((reads += 1));
        return values;
      };
      const spy = jest.spyOn(connection, 'hmgetBuffer').mockImplementation(intercept as never);
      return () => spy.mockRestore();
    });
    return { read: () => reads, stop: () => undo.forEach((restore) => restore()) };
  }
});
