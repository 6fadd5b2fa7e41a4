import { Redis } from 'ioredis';
import { expectProblem } from '../support/problem';
import { RedisServer } from '../support/redis-server';
import { TestService } from '../support/service';

interface Field {
  readonly name: string;
  readonly value: string;
  readonly encoding: string;
  readonly readable: boolean;
}
interface Raw {
  readonly type: string;
  readonly unreadable: number;
  readonly fields: readonly Field[];
  readonly nextCursor: string | null;
}

/** On Redis, where the tests can do to a key what a fault would; the contract of the stores has both. */
describe('a damaged session over HTTP', () => {
  let server: RedisServer;
  let redis: Redis;
  let service: TestService;
  beforeAll(async () => {
    server = await RedisServer.start();
    redis = new Redis(server.url);
    service = await TestService.start('redis', { REDIS_URL: server.url, KEY_PREFIX: 'session:' });
  });
  afterAll(async () => {
    redis.disconnect();
    await service.close();
    await server.stop();
  });

  const raw = (id: string, cursor = '') =>
    service.get<Raw>(`/v1/admin/sessions/${id}/raw${cursor === '' ? '' : `?cursor=${cursor}`}`);
  const damaged = async (field: string, value: string | Buffer) => {
    const id = await service.open({ context: { a: 1 } });
    await redis.hset(`session:${id}`, { [field]: value });
    return id;
  };
  const metric = async (name: string) =>
    Number(new RegExp(`^${name} (\\d+)$`, 'm').exec((await service.get('/metrics')).text)?.[1] ?? 0);

  it('is refused with a clear error, counted, shown as it is stored, and read again after a repair', async () => {
    const id = await damaged('c:broken', '{"half');
    const before = await metric('parley_corrupt_sessions_total\\{call="load"\\}');
    expectProblem(await service.get(`/v1/sessions/${id}`), 'session_corrupt');
    expect(await metric('parley_corrupt_sessions_total\\{call="load"\\}')).toBe(before + 1);

    const { body } = await raw(id);
    const expected = { name: 'c:broken', value: '{"half', encoding: 'utf8', readable: false };
    expect([body.type, body.unreadable, body.nextCursor]).toEqual(['hash', 1, null]);
    expect(body.fields.filter(({ readable }) => !readable)).toEqual([expected]);

    const repaired = await service.post(`/v1/admin/sessions/${id}/repair`, undefined);
    expect(repaired.body).toEqual({ sessionId: id, revision: 2, headerRebuilt: false, quarantined: [expected] });
    expect(await metric('parley_quarantined_fields_total')).toBe(1);
    expect((await service.get(`/v1/sessions/${id}`)).body).toMatchObject({ revision: 2, context: { a: 1 } });
    const kept = (await raw(id)).body.fields.find(({ name }) => name.startsWith('x:'));
    expect(kept).toMatchObject({ value: '{"half', readable: true });
    expect(kept?.name).toMatch(/^x:\d+:c:broken$/);
  });

  it('is shown in base64 where it is no UTF-8', async () => {
    const bytes = Buffer.from([0xff, 0x00, 0xfe]);
    const id = await damaged('c:bytes', bytes);
    const field = (await raw(id)).body.fields.find(({ encoding }) => encoding === 'base64');
    expect(Buffer.from(field?.name ?? '', 'base64').toString()).toBe('c:bytes');
    expect(Buffer.from(field?.value ?? '', 'base64')).toEqual(bytes);
  });

  it('is shown page by page, each of a bounded size, with nothing left out', async () => {
    const id = await damaged('c:0', '{');
    for (let index = 1; index < 8; index += 1) {
      await redis.hset(`session:${id}`, `c:${index}`, JSON.stringify('x'.repeat(400_000)));
    }
    const names: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { text: string; body: Raw } = await raw(id, cursor);
      expect(page.text.length).toBeLessThan(1.2 * 1024 * 1024);
      expect(page.body.unreadable).toBe(1);
      names.push(...page.body.fields.map(({ name }) => name));
      cursor = page.body.nextCursor;
    }
    expect(names).toEqual((await redis.hkeys(`session:${id}`)).sort());
    expectProblem(await raw(id, 'nonsense'), 'validation_failed');
  });

  it('whose header is lost gets another one of what its batches say', async () => {
    const id = await service.open({ ttlSeconds: 600 });
    await service.apply(id, { op: 'append', agent: 'Front', role: 'user', content: 'kept' });
    await redis.hset(`session:${id}`, 'session', 'lost');
    expectProblem(await service.apply(id, { op: 'setContext', key: 'a', value: 1 }), 'session_corrupt');
    const { body } = await service.post(`/v1/admin/sessions/${id}/repair`, undefined);
    expect(body).toMatchObject({ revision: 3, headerRebuilt: true });
    expect((await service.apply(id, { op: 'append', agent: 'Front', role: 'user', content: 'more' })).body).toEqual({
      revision: 4,
      messages: [2],
    });
    expect(await redis.ttl(`session:${id}`)).toBeGreaterThan(590);
  });

  it.each([
    ['a text', (key: string) => redis.set(key, 'of another program')],
    ['a list', (key: string) => redis.lpush(key, 'of another program')],
    ['a hash', (key: string) => redis.hset(key, 'field', 'of another program')],
  ])('that is %s of another program is shown, and left as it is', async (_what, write) => {
    const key = 'session:foreign';
    await redis.del(key);
    await write(key);
    const before = await redis.dumpBuffer(key);
    expectProblem(await service.get('/v1/sessions/foreign'), 'session_corrupt');
    const { body } = await raw('foreign');
    if (body.type !== 'hash') expect(Buffer.from(body.fields[0]?.value ?? '', 'base64')).toEqual(before);
    else expect(body.fields).toMatchObject([{ name: 'field', value: 'of another program' }]);
    expectProblem(await service.post('/v1/admin/sessions/foreign/repair', undefined), 'repair_refused');
    expect(await redis.dumpBuffer(key)).toEqual(before);
  });
});
