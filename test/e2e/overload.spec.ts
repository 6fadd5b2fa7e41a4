import { LiveClient } from '../live/live-client';
import { expectProblem } from '../support/problem';
import { RedisServer } from '../support/redis-server';
import { type Answer, TestService } from '../support/service';
import { ServiceProcess } from '../support/service-process';
import { until } from '../support/until';

const MAX_IN_FLIGHT = 5;

describe('more requests than may be under way', () => {
  let redis: RedisServer;
  let service: TestService;
  let id: string;
  beforeAll(async () => {
    redis = await RedisServer.start();
    service = await TestService.start('redis', {
      REDIS_URL: redis.url,
      REDIS_COMMAND_TIMEOUT_MS: '1000',
      MAX_IN_FLIGHT: String(MAX_IN_FLIGHT),
    });
    id = await service.open();
  });
  afterEach(async () => {
    redis.resume();
    while ((await service.get('/health/ready')).status !== 200);
  });
  afterAll(async () => {
    await service.close();
    await redis.stop();
  });

  const metric = async (pattern: string) =>
    Number(new RegExp(`^${pattern} (\\d+)$`, 'm').exec((await service.get('/metrics')).text)?.[1]);
  const codes = (answers: readonly Answer<Record<string, unknown>>[], code: string) =>
    answers.filter(({ body }) => body['code'] === code).length;

  it('are refused at once with 503 and Retry-After; those under way get their answers', async () => {
    redis.pause();
    const startedMs = performance.now();
    const requests = Array.from({ length: 20 }, async () => {
      const answer = await service.get(`/v1/sessions/${id}`);
      return { answer, afterMs: performance.now() - startedMs };
    });
    const answers = await Promise.all(requests);
    const refused = answers.filter(({ answer }) => answer.body['code'] === 'overloaded');
    expect(refused).toHaveLength(20 - MAX_IN_FLIGHT);
    for (const { answer, afterMs } of refused) {
      expectProblem(answer, 'overloaded');
      expect(answer.headers.get('retry-after')).toBe('1');
      expect(afterMs).toBeLessThan(900);
    }
    expect(
      codes(
        answers.map(({ answer }) => answer),
        'store_unavailable',
      ),
    ).toBe(MAX_IN_FLIGHT);
    expect(await metric('parley_shed_total\\{channel="http",reason="in_flight"\\}')).toBe(20 - MAX_IN_FLIGHT);
    expect(await metric('parley_in_flight')).toBe(0);
  });

  it('leave health, metrics and the administration as they are', async () => {
    redis.pause();
    const busy = Array.from({ length: MAX_IN_FLIGHT }, () => service.get(`/v1/sessions/${id}`));
    await until(async () => (await metric('parley_in_flight')) === MAX_IN_FLIGHT);
    expectProblem(await service.get(`/v1/sessions/${id}`), 'overloaded');
    expect((await service.get('/health/live')).status).toBe(200);
    expectProblem(await service.get('/health/ready'), 'not_ready');
    expectProblem(await service.get('/v1/admin/experiments'), 'feature_disabled');
    expectProblem(await service.get(`/v1/admin/sessions/${id}/raw`), 'store_unavailable');
    await Promise.all(busy);
  });

  it('are counted out also where their callers hang up', async () => {
    redis.pause();
    const gone = new AbortController();
    const requests = Array.from({ length: MAX_IN_FLIGHT }, () =>
      fetch(`${service.url}/v1/sessions/${id}`, { signal: gone.signal }).catch(() => undefined),
    );
    await until(async () => (await metric('parley_in_flight')) === MAX_IN_FLIGHT);
    gone.abort();
    await Promise.all(requests);
    await until(async () => (await metric('parley_in_flight')) === 0);
  });

  it('refuses frames likewise, as something to be tried again, and no new socket', async () => {
    const client = await LiveClient.open(service);
    redis.pause();
    for (let index = 0; index < MAX_IN_FLIGHT + 3; index += 1) {
      const ops = [{ op: 'setContext', key: 'a', value: index }];
      client.send({ id: `f${index}`, type: 'ops', sessionId: id, ops, waitFor: 'durable' });
    }
    client.send({ id: 'ping', type: 'ping' });
    await until(() => client.frames.length >= 4);
    expect(client.frames.slice(0, 3)).toMatchObject(
      [5, 6, 7].map((index) => ({ id: `f${index}`, type: 'error', code: 'overloaded', retryable: true })),
    );
    expect(client.frames[3]).toMatchObject({ id: 'ping', type: 'pong' });
    expectProblem(await LiveClient.refused(service), 'overloaded');
    await until(() => client.frames.length === MAX_IN_FLIGHT + 4);
    client.socket.terminate();
  });
});

describe('an event loop that is late', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start('embedded', { MAX_EVENT_LOOP_DELAY_MS: '100' });
  });
  afterAll(() => service.close());

  const block = (ms: number) => {
    const until = performance.now() + ms;
    while (performance.now() < until);
  };

  it('for once, as by one long task, refuses nobody', async () => {
    block(1000);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await service.get('/v1/sessions')).status).toBe(200);
  });

  it('for long refuses requests until it is over', async () => {
    let isBusy = true;
    const work = () => {
      block(200);
      if (isBusy) setImmediate(work);
    };
    work();
    let answer = await service.get('/v1/sessions');
    while (answer.status === 200) answer = await service.get('/v1/sessions');
    expectProblem(answer, 'overloaded');
    expect((await service.get('/health/live')).status).toBe(200);
    isBusy = false;
    await until(async () => (await service.get('/v1/sessions')).status === 200);
  }, 20_000);
});

describe('a process that gets more than it can do', () => {
  const MESSAGES = 2000;
  const CALLERS = 64;
  let redis: RedisServer;
  let service: ServiceProcess;
  beforeAll(async () => {
    redis = await RedisServer.start();
    // What it is late for is not Redis' fault.
    const patience = { REDIS_COMMAND_TIMEOUT_MS: '20000' };
    const env = { STORE: 'redis', REDIS_URL: redis.url, MAX_EVENT_LOOP_DELAY_MS: '40', LOG_LEVEL: 'warn', ...patience };
    service = await ServiceProcess.start(env);
    const post = (path: string, body: unknown) =>
      fetch(service.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    await post('/v1/sessions', { sessionId: 'long' });
    const ops = Array.from({ length: 250 }, () => ({
      op: 'append',
      agent: 'a',
      role: 'user',
      content: 'x'.repeat(100),
    }));
    for (let sent = 0; sent < MESSAGES; sent += ops.length) await post('/v1/sessions/long/ops', { ops });
  });
  afterAll(async () => {
    await service.stop();
    await redis.stop();
  });

  it('refuses a part early, goes on answering the rest, health and the administration, and recovers', async () => {
    const outcomes = new Map<string, number>();
    let isFlooding = true;
    const caller = async () => {
      while (isFlooding) {
        const response = await fetch(`${service.url}/v1/sessions/long`);
        const text = await response.text();
        const key = response.ok ? 'ok' : `${response.status} ${(JSON.parse(text) as { code: string }).code}`;
        outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
        if (!response.ok) expect(response.headers.get('retry-after')).toBe('1');
      }
    };
    const flood = Promise.all(Array.from({ length: CALLERS }, caller));
    await until(() => (outcomes.get('503 overloaded') ?? 0) > 20, 30_000);
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
    const administration = await fetch(`${service.url}/v1/admin/sessions/none/raw`);
    expect([administration.status, await administration.json()]).toMatchObject([404, { code: 'session_not_found' }]);
    const answered = outcomes.get('ok') ?? 0;
    await until(() => (outcomes.get('ok') ?? 0) > answered, 30_000);
    isFlooding = false;
    await flood;
    expect([...outcomes.keys()].sort()).toEqual(['503 overloaded', 'ok']);
    await until(async () => (await fetch(`${service.url}/v1/sessions/long`)).status === 200);
    expect(service.output.match(/requests are refused: overload/g)?.length).toBeGreaterThan(0);
    expect(service.output).not.toContain('a request failed');
  }, 90_000);
});
