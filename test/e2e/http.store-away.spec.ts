import { expectProblem } from '../support/problem';
import { RedisServer } from '../support/redis-server';
import { TestService } from '../support/service';

const TIMEOUT_MS = 300;

describe('HTTP while the store is away', () => {
  let redis: RedisServer;
  let service: TestService;
  beforeAll(async () => {
    redis = await RedisServer.start();
    const env = { REDIS_URL: redis.url, KEY_PREFIX: 'session:', REDIS_COMMAND_TIMEOUT_MS: String(TIMEOUT_MS) };
    service = await TestService.start('redis', env);
  });
  afterAll(async () => {
    await service.close();
    await redis.stop();
  });

  const ready = async () => {
    while ((await service.get('/health/ready')).status !== 200);
  };
  const requests = (id: string) => [
    () => service.post('/v1/sessions', {}),
    () => service.get('/v1/sessions'),
    () => service.get(`/v1/sessions/${id}`),
    () => service.apply(id, { op: 'setInterrupted', value: true }),
    () => service.get(`/v1/sessions/${id}/history/Front`),
    () => service.put(`/v1/sessions/${id}/context/a`, { value: 1 }),
    () => service.get(`/v1/sessions/${id}/context/a`),
    () => service.get(`/v1/sessions/${id}/latency`),
    () => service.delete(`/v1/sessions/${id}`),
  ];

  it('answers every route with 503 and Retry-After within a bounded time while Redis hangs', async () => {
    const id = await service.open();
    redis.pause();
    const startedMs = performance.now();
    const answers = await Promise.all(requests(id).map((request) => request()));
    expect(performance.now() - startedMs).toBeLessThan(TIMEOUT_MS * 5);
    for (const answer of answers) {
      expectProblem(answer, 'store_unavailable');
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    expectProblem(await service.get('/health/ready'), 'not_ready');
    expect((await service.get('/health/live')).status).toBe(200);
    redis.resume();
    await ready();
  });

  it('refuses at once while Redis is gone, and serves again when it is back', async () => {
    const id = await service.open();
    await redis.kill();
    for (const request of requests(id)) expectProblem(await request(), 'store_unavailable');
    expectProblem(await service.get('/health/ready'), 'not_ready');
    await redis.launch();
    await ready();
    expect((await service.post('/v1/sessions', {})).status).toBe(201);
  });

  it('applies a batch of unknown outcome once, when it is sent again under its key', async () => {
    const id = await service.open();
    const send = () =>
      service.post<{ revision: number }>(
        `/v1/sessions/${id}/ops`,
        { ops: [{ op: 'append', agent: 'Front', role: 'user', content: 'once' }] },
        { 'idempotency-key': 'turn-1' },
      );
    redis.pause();
    expectProblem(await send(), 'store_unavailable');
    redis.resume();
    await ready();
    expect((await send()).body).toEqual({ revision: 2, messages: [1] });
    const { body } = await service.get<{ messages: unknown[] }>(`/v1/sessions/${id}/history/Front`);
    expect(body.messages).toHaveLength(1);
  });
});
