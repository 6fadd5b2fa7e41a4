/**
 * On Redis alone: over TLS, as the ACL user that the README describes and with a password of the Sentinels. The service is
 * a process of its own, because Node reads a certificate authority at its start.
 */
import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { runReplay } from '../../src/replay/replay';
import type { RedisServers } from '../../src/config/redis-servers';
import { Certificate } from '../support/certificate';
import { RedisCluster } from '../support/redis-cluster';
import { ask, SentinelSetup } from '../support/redis-sentinel';
import { RedisServer } from '../support/redis-server';
import { ServiceProcess } from '../support/service-process';
import { variablesOf } from '../support/topologies';

const PASSWORD = 'of-the-user';
const SENTINEL_PASSWORD = 'of-the-sentinels';
const USER = { username: 'parley', password: PASSWORD };

interface Secured {
  readonly nodes: readonly RedisServer[];
  readonly servers: RedisServers;
  stop(): Promise<void>;
}

async function oneServer(certificate: Certificate): Promise<Secured> {
  const server = await RedisServer.start([], { certificate });
  const url = `rediss://parley:${PASSWORD}@127.0.0.1:${server.tlsPort}/0`;
  return { nodes: [server], servers: { kind: 'single', url }, stop: () => server.stop() };
}

async function behindSentinels(certificate: Certificate): Promise<Secured> {
  const setup = await SentinelSetup.start(certificate);
  for (const { port } of setup.sentinels) {
    await ask(port, (redis) => redis.call('ACL', 'SETUSER', 'default', 'resetpass', `>${SENTINEL_PASSWORD}`));
  }
  const servers = { ...setup.servers, ...USER, sentinelPassword: SENTINEL_PASSWORD } as RedisServers;
  return { nodes: setup.nodes, servers, stop: () => setup.stop() };
}

async function inCluster(certificate: Certificate): Promise<Secured> {
  const cluster = await RedisCluster.start(certificate);
  return { nodes: cluster.nodes, servers: { ...cluster.servers, ...USER } as RedisServers, stop: () => cluster.stop() };
}

/** The user's rights as the README gives them. */
function rights(): string[] {
  const rule = /ACL SETUSER parley ([^`]+)```/.exec(readFileSync('README.md', 'utf8'))?.[1] ?? '';
  return rule.trim().replace('PASSWORD', PASSWORD).split(/\s+/);
}

async function replayLive(url: string): Promise<number> {
  const output = new PassThrough();
  const { signal } = new AbortController();
  const args = ['test/fixtures/calls.sample.ndjson', '--url', url, '--calls', '2', '--live'];
  return runReplay(args, { environment: {}, output, errors: output, signal });
}

describe.each([
  ['one server', oneServer],
  ['a primary behind Sentinels', behindSentinels],
  ['a cluster', inCluster],
])('over TLS, as a user with the least rights, on %s', (_name, start) => {
  const certificate = new Certificate();
  let secured: Secured;
  let service: ServiceProcess;

  const environment = () => ({ ...variablesOf(secured.servers), REDIS_WAIT_REPLICAS: '1', LOG_LEVEL: 'info' });

  beforeAll(async () => {
    secured = await start(certificate);
    for (const { port } of secured.nodes) {
      await ask(port, (redis) => redis.call('ACL', 'SETUSER', 'parley', ...rights()));
    }
    service = await ServiceProcess.start({ ...environment(), NODE_EXTRA_CA_CERTS: certificate.file });
  });
  afterAll(async () => {
    await service?.stop();
    await secured?.stop();
    certificate.remove();
  });

  const request = async (method: string, path: string, json?: unknown) => {
    const sent = { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) };
    const response = await fetch(service.url + path, json === undefined ? { method } : sent);
    return { status: response.status, body: (await response.json().catch(() => ({}))) as Record<string, unknown> };
  };

  it('all that the service does is done', async () => {
    expect((await request('GET', '/health/ready')).status).toBe(200);
    const { body } = await request('POST', '/v1/sessions', { context: { plan: 'gold' } });
    const path = `/v1/sessions/${String(body['sessionId'])}`;
    const ops = [
      { op: 'mergeContext', key: 'one', value: { a: 1 } },
      { op: 'append', agent: 'a', role: 'user', content: 'hello' },
      { op: 'recordLatency', stage: 'llm', seconds: 0.2 },
      { op: 'clearHistory' },
      { op: 'deleteContext', key: 'plan' },
    ];
    expect((await request('POST', `${path}/ops`, { ops })).status).toBe(200);
    expect((await request('GET', path)).body).toMatchObject({ context: { one: { a: 1 } } });
    expect((await request('GET', '/v1/sessions')).body).toMatchObject({ sessions: [{ revision: 2 }] });
    expect((await request('DELETE', path)).status).toBe(204);
    expect(await replayLive(service.url)).toBe(0);
  });

  it('nothing was refused, and nothing was done as another user or in the clear', async () => {
    for (const { port } of secured.nodes) {
      expect(await ask(port, (redis) => redis.call('ACL', 'LOG'))).toEqual([]);
      const list = String(await ask(port, (redis) => redis.client('LIST')));
      const others = list.split('\n').filter((line) => line.includes(' user=default ') && line.includes(' flags=N '));
      const ofSentinels = others.filter((line) => line.includes(' name=sentinel-'));
      // Of the test itself: this question.
      expect(others.length - ofSentinels.length).toBe(1);
    }
    expect(service.output).not.toContain('not usable');
  });

  it('the user can reach no other key', async () => {
    const [{ port } = { port: 0 }] = secured.nodes;
    const asUser = ask(port, async (redis) => {
      await redis.auth('parley', PASSWORD);
      return redis.hgetall('other');
    });
    await expect(asUser).rejects.toThrow('NOPERM');
  });

  it('a service that does not trust the certificate is not ready, and says no secret', async () => {
    const other = await ServiceProcess.start({ ...environment(), REDIS_CONNECT_TIMEOUT_MS: '500' });
    expect((await fetch(`${other.url}/health/ready`)).status).toBe(503);
    const { output } = await other.stop();
    expect(output).not.toContain(PASSWORD);
    expect(output).not.toContain(SENTINEL_PASSWORD);
  });
});
