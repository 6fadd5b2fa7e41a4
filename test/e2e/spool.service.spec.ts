import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    REDIS_COMMAND_TIMEOUT_MS: '200',
    REDIS_SPOOL_DIR: folder,
    REDIS_SPOOL_MAX_BYTES: String(64 * 1024),
  });
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-spool-'));
    redis = await RedisServer.start(['--appendonly', 'yes', '--appendfsync', 'always']);
    service = await ServiceProcess.start(settings());
    await ask('POST', '/v1/sessions', { sessionId: 'one' });
  }, 30_000);
  afterEach(async () => {
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
  const say = (content: string, sessionId = 'one') => {
    const ops = [{ op: 'append', agent: 'Front', role: 'user', content }];
    return ask('POST', `/v1/sessions/${sessionId}/ops`, { ops }, { 'idempotency-key': `said-${content}` });
  };
  const said = async (sessionId = 'one') => {
    const { body } = await ask('GET', `/v1/sessions/${sessionId}`);
    return body.history?.Front?.map(({ content }) => content) ?? [];
  };
  const ready = async () => {
    const { status, body } = await ask('GET', '/health/ready');
    return [status, body.details?.store['status'], body.details?.store['degraded']];
  };
  const SPOOLED = { status: 202, body: { durability: 'spooled' } };
  const metrics = async () => (await fetch(`${service.url}/metrics`)).text();

  it.each([
    ['is killed', () => redis.kill(), () => redis.launch()],
    ['hangs', async () => redis.pause(), async () => redis.resume()],
  ])(
    'takes writes while it %s, says so, and brings them over in order',
    async (_how, goAway, comeBack) => {
      expect((await say('0')).status).toBe(200);
      expect(await ready()).toEqual([200, 'up', undefined]);
      await goAway();
      for (const content of ['1', '2', '3']) expect(await say(content)).toMatchObject(SPOOLED);
      expect(await say('2')).toMatchObject(SPOOLED);
      expect(await ask('PUT', '/v1/sessions/one/context/mood', { value: 'calm' })).toMatchObject(SPOOLED);
      expect(await ask('DELETE', '/v1/sessions/one/context/other')).toMatchObject(SPOOLED);
      expect(await ready()).toEqual([200, 'up', true]);
      expect(await metrics()).toMatch(/^parley_spool_entries 5$/m);
      await comeBack();
      await until(async () => (await ready())[2] === undefined);
      expect(await said()).toEqual(['0', '1', '2', '3']);
      expect((await ask('GET', '/v1/sessions/one')).body.context).toMatchObject({ mood: 'calm' });
      expect((await say('3')).status).toBe(200);
      expect((await say('4')).status).toBe(200);
      expect(await said()).toEqual(['0', '1', '2', '3', '4']);
      expect(await metrics()).toMatch(/^parley_spool_replayed_total 5$/m);
    },
    60_000,
  );
});
