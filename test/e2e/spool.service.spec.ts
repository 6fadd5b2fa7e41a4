import { spoolFolder } from '../store/spool.harness';
import { RedisServer } from '../support/redis-server';
import { ServiceProcess } from '../support/service-process';
import { until } from '../support/until';

describe('the service as a process with a spool', () => {
  it('brings over, once and in order, what a process left that was killed while Redis was away', async () => {
    const place = spoolFolder();
    const redis = await RedisServer.start(['--appendonly', 'yes', '--appendfsync', 'always']);
    const settings = { STORE: 'redis', REDIS_URL: redis.url, REDIS_SPOOL_DIR: place.folder };
    const killed = await ServiceProcess.start({ ...settings, REDIS_COMMAND_TIMEOUT_MS: '500' });
    const say = async ({ url }: ServiceProcess, content: string) => {
      const ops = [{ op: 'append', agent: 'Front', role: 'user', content }];
      const headers = { 'content-type': 'application/json', 'idempotency-key': content };
      const request = { method: 'POST', headers, body: JSON.stringify({ ops }) };
      return (await fetch(`${url}/v1/sessions/one/ops`, request)).status;
    };
    const opening = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"sessionId":"one"}' };
    expect((await fetch(`${killed.url}/v1/sessions`, opening)).status).toBe(201);
    // The first one lies in the socket of a server that is frozen, and is carried out when that goes on.
    redis.pause();
    for (const content of ['heard-1', 'heard-2', 'heard-3']) expect(await say(killed, content)).toBe(202);
    expect((await killed.stop('SIGKILL')).output).not.toMatch(/heard/);
    redis.resume();

    const next = await ServiceProcess.start(settings);
    const said = async () => {
      const answer = await fetch(`${next.url}/v1/sessions/one`);
      const session = (await answer.json()) as { degraded?: true; history: { Front?: { content: string }[] } };
      return session.degraded ? undefined : session.history.Front?.map(({ content }) => content);
    };
    await until(async () => (await said()) !== undefined, 20_000);
    expect(await say(next, 'heard-2')).toBe(200);
    expect(await said()).toEqual(['heard-1', 'heard-2', 'heard-3']);
    expect((await next.stop()).code).toBe(0);
    await redis.stop();
    place.remove();
  }, 180_000);
});
