import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { RedisServer } from '../support/redis-server';
import { ServiceProcess } from '../support/service-process';
import { until } from '../support/until';

/** What the tests look at in an answer of any of the routes. */
interface Body {
  readonly durability?: string;
  readonly degraded?: true;
  readonly code?: string;
  readonly history?: { readonly Front?: readonly { readonly content: string }[] };
  readonly context?: Record<string, unknown>;
  readonly details?: { readonly store: Record<string, unknown> };
}

describe('the service as a process with a spool, whose Redis goes and comes back', () => {
  let redis: RedisServer;
  let service: ServiceProcess;
  let folder: string;
  const settings = () => ({
    STORE: 'redis',
    REDIS_URL: redis.url,
    REDIS_COMMAND_TIMEOUT_MS: '500',
    REDIS_SPOOL_DIR: folder,
    REDIS_SPOOL_MAX_BYTES: String(64 * 1024),
  });
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-spool-'));
    redis = await RedisServer.start(['--appendonly', 'yes', '--appendfsync', 'always']);
    service = await ServiceProcess.start(settings());
  }, 60_000);
  afterAll(async () => {
    await service.stop('SIGKILL');
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function ask(method: string, path: string, json?: unknown, headers: Record<string, string> = {}) {
    const body = json === undefined ? {} : { body: JSON.stringify(json) };
    const type = json === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(service.url + path, { method, headers: { ...type, ...headers }, ...body });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : {}) as Body };
  }
  const say = (content: string, sessionId: string) => {
    const ops = [{ op: 'append', agent: 'Front', role: 'user', content }];
    return ask(
      'POST',
      `/v1/sessions/${sessionId}/ops`,
      { ops },
      { 'idempotency-key': `said-${content.length > 9 ? 'long' : content}` },
    );
  };
  const said = async (sessionId: string) => {
    const { body } = await ask('GET', `/v1/sessions/${sessionId}`);
    return body.history?.Front?.map(({ content }) => content) ?? [];
  };
  const ready = async () => {
    const { status, body } = await ask('GET', '/health/ready');
    return [status, body.details?.store['status'], body.details?.store['degraded']];
  };
  const SPOOLED = { status: 202, body: { durability: 'spooled' } };
  const metric = async (name: string) => {
    const text = await (await fetch(`${service.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
  };

  it.each([
    ['is killed', 'one', () => redis.kill(), () => redis.launch()],
    ['hangs', 'two', async () => redis.pause(), async () => redis.resume()],
  ])(
    'takes writes while it %s, says so, and brings them over in order',
    async (_how, sessionId, goAway, comeBack) => {
      const path = `/v1/sessions/${sessionId}`;
      await ask('POST', '/v1/sessions', { sessionId });
      expect((await say('0', sessionId)).status).toBe(200);
      expect(await ready()).toEqual([200, 'up', undefined]);
      await goAway();
      for (const content of ['1', '2', '3', '2']) expect(await say(content, sessionId)).toMatchObject(SPOOLED);
      expect(await ask('PUT', `${path}/context/mood`, { value: 'calm' })).toMatchObject(SPOOLED);
      expect(await ask('DELETE', `${path}/context/other`)).toMatchObject(SPOOLED);
      expect(await ready()).toEqual([200, 'up', true]);
      expect(await metric('parley_spool_entries')).toBe(5);
      await comeBack();
      await until(async () => (await metric('parley_spool_entries')) === 0, 20_000);
      expect((await say('3', sessionId)).status).toBe(200);
      expect((await say('4', sessionId)).status).toBe(200);
      expect(await said(sessionId)).toEqual(['0', '1', '2', '3', '4']);
      expect((await ask('GET', path)).body).toMatchObject({ context: { mood: 'calm' } });
      expect(await ready()).toEqual([200, 'up', undefined]);
    },
    60_000,
  );

  it('says of a session that can be read that writes of it wait', async () => {
    await ask('POST', '/v1/sessions', { sessionId: 'three' });
    const admin = new Redis(redis.url);
    await admin.config('SET', 'min-replicas-to-write', '1');
    expect(await say('1', 'three')).toMatchObject(SPOOLED);
    expect((await ask('GET', '/v1/sessions/three')).body).toMatchObject({ degraded: true, history: {} });
    expect(await ask('DELETE', '/v1/sessions/three')).toMatchObject({
      status: 503,
      body: { code: 'store_unavailable' },
    });
    await admin.config('SET', 'min-replicas-to-write', '0');
    admin.disconnect();
    await until(async () => (await ask('GET', '/v1/sessions/three')).body.degraded === undefined, 20_000);
    expect(await said('three')).toEqual(['1']);
  }, 60_000);

  it('refuses what finds no room, as without a spool', async () => {
    await ask('POST', '/v1/sessions', { sessionId: 'four' });
    await redis.kill();
    const refused = await say('x'.repeat(64 * 1024 - 8), 'four');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await ask('GET', '/health/ready')).status).toBe(503);
    await redis.launch();
    await until(async () => (await ask('GET', '/health/ready')).status === 200, 20_000);
  }, 60_000);

  it('brings over once what a process left that was killed, Redis away', async () => {
    await ask('POST', '/v1/sessions', { sessionId: 'five' });
    redis.pause();
    for (const content of ['1', '2', '3']) expect(await say(content, 'five')).toMatchObject(SPOOLED);
    const { output } = await service.stop('SIGKILL');
    expect(output).not.toMatch(/said-|"content"/);
    redis.resume();
    service = await ServiceProcess.start(settings());
    await until(async () => (await metric('parley_spool_entries')) === 0, 20_000);
    expect((await say('2', 'five')).status).toBe(200);
    expect(await said('five')).toEqual(['1', '2', '3']);
  }, 60_000);
});
