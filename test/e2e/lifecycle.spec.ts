import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RedisServer } from '../support/redis-server';
import { ServiceProcess } from '../support/service-process';

const OPS = 300;

interface Session {
  readonly history: { readonly Front: readonly { readonly content: string }[] };
}

async function contents(url: string, sessionId: string): Promise<string[]> {
  const response = await fetch(`${url}/v1/sessions/${sessionId}`);
  const { history } = (await response.json()) as Session;
  return history.Front.map((message) => message.content);
}

const expected = Array.from({ length: OPS }, (_, index) => `message ${index}`);

describe('the service as a process', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-process-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('says where to look when it is ready', async () => {
    const service = await ServiceProcess.start({ DATA_DIR: folder });
    expect(service.output).toMatch(/Parley is ready\n +address +http:\/\/127\.0\.0\.1:\d+\n/);
    expect(service.output).toContain(`docs      ${service.url}/docs\n`);
    expect(service.output).toContain(`store     embedded (${folder})\n`);
    expect(service.output).toContain('model     offline rules (no language model)\n');
    expect(service.output).toContain('API keys  none, local callers only\n');
    expect((await service.stop()).code).toBe(0);
  });

  it('says that keys are required, and not which', async () => {
    const keys = 'voice:runtime:a-long-secret-1,ops:admin:a-long-secret-2';
    const service = await ServiceProcess.start({ DATA_DIR: folder, API_KEYS: keys });
    expect(service.output).toContain('API keys  required (2 configured)\n');
    expect(service.output).not.toContain('a-long-secret');
    await service.stop();
  });

  it('does not start with a wrong variable, and names it', async () => {
    const { code, output } = await ServiceProcess.run('src/main.ts', { PORT: 'http', DATA_DIR: folder }).end();
    expect(code).toBe(1);
    expect(output).toBe(
      'Parley does not start: The configuration is wrong:\n' +
        '  PORT holds "http"; it may hold a whole number from 0 to 65535\n',
    );
  });

  it('does not start where it cannot listen, and says which variable to change', async () => {
    const first = await ServiceProcess.start({ DATA_DIR: join(folder, 'one') });
    const { port } = new URL(first.url);
    const env = { DATA_DIR: join(folder, 'two'), PORT: port };
    const { code, output } = await ServiceProcess.run('src/main.ts', env).end();
    expect(code).toBe(1);
    expect(output).toContain(`cannot listen on HOST 127.0.0.1 and PORT ${port}: EADDRINUSE. Choose another PORT.`);
    await first.stop();
  });

  it('takes a data folder with a dot in its name', async () => {
    const service = await ServiceProcess.start({ DATA_DIR: join(folder, 'v1.data') });
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
    await service.stop();
  });

  it('does not start on a folder that another process uses', async () => {
    const first = await ServiceProcess.start({ DATA_DIR: folder });
    const { code, output } = await ServiceProcess.run('src/main.ts', { PORT: '0', DATA_DIR: folder }).end();
    expect(code).toBe(1);
    expect(output).toMatch(/^Parley does not start: The data folder \S+ is in use by another process\./);
    await first.stop();
  });

  it('answers a request that is under way at SIGTERM, and takes no new one', async () => {
    const service = await ServiceProcess.start({ DATA_DIR: folder });
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    const body = '{"sessionId":"under-way"}';
    const head = `POST /v1/sessions HTTP/1.1\r\nhost: parley\r\ncontent-type: application/json\r\nconnection: close\r\n`;
    socket.write(`${head}content-length: ${body.length}\r\n\r\n${body.slice(0, 5)}`);
    await fetch(`${service.url}/health/live`);
    const ended = service.stop();
    for (;;) {
      const refused = await fetch(`${service.url}/health/live`, { headers: { connection: 'close' } }).then(
        () => false,
        () => true,
      );
      if (refused) break;
    }
    socket.write(body.slice(5));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 201 /);
    expect((await ended).code).toBe(0);
  });

  it.each([
    ['nothing', ''],
    ['half a header', 'POST /v1/sessions HTTP/1.1\r\nhost: parl'],
    [
      'half a body',
      'POST /v1/sessions HTTP/1.1\r\nhost: parley\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    ],
  ])('writes what is pending and ends in time beside a connection that has sent %s', async (_what, bytes) => {
    const env = {
      DATA_DIR: folder,
      PORT: '0',
      HOST_SESSIONS: 'one',
      HOST_OPS: String(OPS),
      SHUTDOWN_TIMEOUT_MS: '500',
    };
    const host = ServiceProcess.run('test/support/memo-host.ts', env);
    await host.says(/API keys/);
    const { hostname, port } = new URL(host.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.on('error', () => undefined);
    socket.write(bytes);
    await fetch(`${host.url}/health/live`);
    const startedMs = performance.now();
    expect((await host.stop()).code).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(4000);
    const service = await ServiceProcess.start({ DATA_DIR: folder });
    expect(await contents(service.url, 'one')).toEqual(expected);
    await service.stop();
  });

  it('writes what is pending before it ends, on the embedded store', async () => {
    const env = { DATA_DIR: folder, PORT: '0', HOST_SESSIONS: 'one,two', HOST_OPS: String(OPS) };
    const host = ServiceProcess.run('test/support/memo-host.ts', env);
    await host.says(/API keys/);
    expect((await host.stop()).code).toBe(0);
    const service = await ServiceProcess.start({ DATA_DIR: folder });
    expect(await contents(service.url, 'one')).toEqual(expected);
    expect(await contents(service.url, 'two')).toEqual(expected);
    await service.stop();
  });
});

describe('the service as a process on Redis', () => {
  let redis: RedisServer;
  beforeEach(async () => {
    redis = await RedisServer.start();
  });
  afterEach(() => redis.stop());

  const settings = () => ({ STORE: 'redis', REDIS_URL: redis.url, PORT: '0' });
  const host = async (env: Record<string, string> = {}) => {
    const sessions = { HOST_SESSIONS: 'one,two', HOST_OPS: String(OPS) };
    const started = ServiceProcess.run('test/support/memo-host.ts', { ...settings(), ...sessions, ...env });
    await started.says(/API keys/);
    return started;
  };

  it('writes what is pending before it ends', async () => {
    expect((await (await host()).stop()).code).toBe(0);
    const service = await ServiceProcess.start(settings());
    expect(service.output).toContain(`store     redis (127.0.0.1:${redis.port})\n`);
    expect(await contents(service.url, 'one')).toEqual(expected);
    expect(await contents(service.url, 'two')).toEqual(expected);
    await service.stop();
  });

  it('names in the log what it could not write, and still ends in time', async () => {
    const started = await host({ SHUTDOWN_TIMEOUT_MS: '500' });
    await redis.kill();
    const startedMs = performance.now();
    const { code, output } = await started.stop();
    expect(performance.now() - startedMs).toBeLessThan(5000);
    expect(code).toBe(0);
    const lines = output.split('\n').filter((line) => line.includes('could not be written before the end'));
    expect(lines.map((line) => (JSON.parse(line) as { sessionId: string }).sessionId).sort()).toEqual(['one', 'two']);
    expect(output).not.toContain('message 1');
  });

  it('starts without Redis, is not ready, and becomes so when Redis is there', async () => {
    await redis.kill();
    const service = await ServiceProcess.start({ ...settings(), REDIS_CONNECT_TIMEOUT_MS: '100' });
    const away = await fetch(`${service.url}/health/ready`);
    expect(away.status).toBe(503);
    expect(await away.json()).toMatchObject({ code: 'not_ready' });
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    await redis.launch();
    for (;;) {
      if ((await fetch(`${service.url}/health/ready`)).status === 200) break;
    }
    expect((await service.stop()).code).toBe(0);
  });
});
