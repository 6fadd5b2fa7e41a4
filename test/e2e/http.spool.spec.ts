import { Redis } from 'ioredis';
import { spoolFolder } from '../store/spool.harness';
import { RedisServer } from '../support/redis-server';
import { TestService } from '../support/service';
import { until } from '../support/until';

/** What the tests look at in an answer of any of the routes. */
interface Body {
  readonly durability?: string;
  readonly degraded?: true;
  readonly code?: string;
  readonly history: { readonly Front?: readonly { readonly content: string }[] };
  readonly context: Record<string, unknown>;
  readonly details: { readonly store: Record<string, unknown> };
}

const SPOOLED = { status: 202, body: { durability: 'spooled' } };
const BACK_MS = 20_000;

describe('writes over HTTP with a spool, whose Redis goes and comes back', () => {
  const place = spoolFolder();
  let redis: RedisServer;
  let service: TestService;
  beforeAll(async () => {
    redis = await RedisServer.start(['--appendonly', 'yes', '--appendfsync', 'always']);
    service = await TestService.start('redis', {
      REDIS_URL: redis.url,
      REDIS_COMMAND_TIMEOUT_MS: '500',
      REDIS_SPOOL_DIR: place.folder,
      REDIS_SPOOL_MAX_BYTES: String(64 * 1024),
    });
  }, 60_000);
  afterAll(async () => {
    await service.close();
    await redis.stop();
    place.remove();
  });

  const say = (sessionId: string, content: string) => {
    const ops = [{ op: 'append', agent: 'Front', role: 'user', content }];
    return service.post<Body>(
      `/v1/sessions/${sessionId}/ops`,
      { ops },
      { 'idempotency-key': `${content.length}${content[0]}` },
    );
  };
  const said = async (sessionId: string) => {
    const { body } = await service.get<Body>(`/v1/sessions/${sessionId}`);
    return body.history.Front?.map(({ content }) => content) ?? [];
  };
  const ready = async () => {
    const { status, body } = await service.get<Body>('/health/ready');
    return [status, body.details?.store['status'], body.details?.store['degraded']];
  };
  const metric = async (name: string) => {
    const { text } = await service.get('/metrics');
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
  };
  const isReplayed = () => until(async () => (await metric('parley_spool_entries')) === 0, BACK_MS);

  it.each([
    ['is killed', () => redis.kill(), () => redis.launch()],
    ['hangs', async () => redis.pause(), async () => redis.resume()],
  ])(
    'are taken while it %s, and come over in order',
    async (_how, goAway, comeBack) => {
      const sessionId = await service.open();
      const path = `/v1/sessions/${sessionId}`;
      expect((await say(sessionId, '0')).status).toBe(200);
      expect(await ready()).toEqual([200, 'up', undefined]);
      await goAway();
      for (const content of ['1', '2', '3', '2']) expect(await say(sessionId, content)).toMatchObject(SPOOLED);
      expect(await service.put(`${path}/context/mood`, { value: 'calm' })).toMatchObject(SPOOLED);
      expect(await service.delete(`${path}/context/other`)).toMatchObject(SPOOLED);
      expect(await ready()).toEqual([200, 'up', true]);
      expect(await metric('parley_spool_entries')).toBe(5);
      await comeBack();
      await isReplayed();
      expect((await say(sessionId, '3')).status).toBe(200);
      expect((await say(sessionId, '4')).status).toBe(200);
      expect(await said(sessionId)).toEqual(['0', '1', '2', '3', '4']);
      expect((await service.get<Body>(path)).body.context).toMatchObject({ mood: 'calm' });
      expect(await ready()).toEqual([200, 'up', undefined]);
    },
    60_000,
  );

  it('are missing in a session that can be read, which says so', async () => {
    const sessionId = await service.open();
    const path = `/v1/sessions/${sessionId}`;
    const admin = new Redis(redis.url);
    await admin.config('SET', 'min-replicas-to-write', '1');
    expect(await say(sessionId, '1')).toMatchObject(SPOOLED);
    expect((await service.get<Body>(path)).body).toMatchObject({ degraded: true, history: {} });
    expect(await service.delete(path)).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
    await admin.config('SET', 'min-replicas-to-write', '0');
    admin.disconnect();
    await until(async () => (await service.get<Body>(path)).body.degraded === undefined, BACK_MS);
    expect(await said(sessionId)).toEqual(['1']);
  }, 60_000);

  it('are refused where they find no room, as without a spool', async () => {
    const sessionId = await service.open();
    await redis.kill();
    const refused = await say(sessionId, 'x'.repeat(64 * 1024 - 8));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await service.get('/health/ready')).status).toBe(503);
    await redis.launch();
    await until(async () => (await ready())[0] === 200, BACK_MS);
  }, 60_000);
});
