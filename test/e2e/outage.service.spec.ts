import { RedisServer } from '../support/redis-server';
import { ServiceProcess } from '../support/service-process';
import { until } from '../support/until';

const SESSIONS = ['one', 'two', 'three', 'four'];

/** A rejection that nobody handles ends a process of Node with 1. */
describe('the service as a process, whose Redis goes and comes back', () => {
  let redis: RedisServer;
  let writer: ServiceProcess;
  beforeAll(async () => {
    redis = await RedisServer.start(['--appendonly', 'yes', '--appendfsync', 'always']);
    writer = ServiceProcess.run('test/support/memo-writer.ts', {
      STORE: 'redis',
      REDIS_URL: redis.url,
      REDIS_COMMAND_TIMEOUT_MS: '200',
      PORT: '0',
      WRITER_SESSIONS: SESSIONS.join(','),
    });
    await writer.says(/API keys/);
  });
  afterAll(async () => {
    await writer.stop('SIGKILL');
    await redis.stop();
  });

  const readiness = async () => (await fetch(`${writer.url}/health/ready`)).status;
  const stored = async (sessionId: string) => {
    const response = await fetch(`${writer.url}/v1/sessions/${sessionId}`);
    const { history } = (await response.json()) as { history: { Front: { content: string }[] } };
    return history.Front.map(({ content }) => Number(content));
  };
  /** What is stored without a gap from the beginning. */
  const expectInOrder = (numbers: readonly number[]) =>
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => index));

  it.each([
    ['is killed', () => redis.kill(), () => redis.launch()],
    ['hangs', async () => redis.pause(), async () => redis.resume()],
    ['is killed once more', () => redis.kill(), () => redis.launch()],
  ])(
    'is not ready while it %s, is so again by itself, and has written on in order',
    async (_how, goAway, comeBack) => {
      expect(await readiness()).toBe(200);
      await goAway();
      await until(async () => (await readiness()) === 503);
      const refused = await fetch(`${writer.url}/v1/sessions/one/ops`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ops: [{ op: 'setContext', key: 'a', value: 1 }] }),
      });
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
      await comeBack();
      await until(async () => (await readiness()) === 200);
      for (const sessionId of SESSIONS) {
        const before = (await stored(sessionId)).length;
        await until(async () => (await stored(sessionId)).length > before + 10, 20_000);
        expectInOrder(await stored(sessionId));
      }
    },
    60_000,
  );

  it('ends in good order with all that was said written', async () => {
    const { code, output } = await writer.stop();
    expect([code, /unhandled|uncaught/i.exec(output)]).toEqual([0, null]);
    const said = Number(/^said (\d+)$/m.exec(output)?.[1]);
    const reader = await ServiceProcess.start({ STORE: 'redis', REDIS_URL: redis.url });
    for (const sessionId of SESSIONS) {
      const response = await fetch(`${reader.url}/v1/sessions/${sessionId}`);
      const { history } = (await response.json()) as { history: { Front: { content: string }[] } };
      const numbers = history.Front.map(({ content }) => Number(content));
      expect(numbers).toHaveLength(said);
      expectInOrder(numbers);
    }
    await reader.stop();
  }, 60_000);
});
