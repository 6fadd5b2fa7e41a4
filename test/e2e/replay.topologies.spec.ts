/** Real conversations, where Redis is more than one server: by a service that knows of them by its environment alone. */
import { PassThrough } from 'node:stream';
import { runReplay } from '../../src/replay/replay';
import { RedisCluster } from '../support/redis-cluster';
import { TestService } from '../support/service';
import { uniquePrefix } from '../support/test-redis';
import { type RunningTopology, TOPOLOGIES, variablesOf } from '../support/topologies';

const SAMPLE = 'test/fixtures/calls.sample.ndjson';
const SAMPLE_TURNS = 166;

async function replay(...args: string[]): Promise<{ code: number; output: string; errors: string }> {
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const { signal } = new AbortController();
  const code = await runReplay([SAMPLE, ...args], { environment: {}, output, errors, signal });
  const textOf = (stream: PassThrough) => String((stream.read() as Buffer | null) ?? '');
  return { code, output: textOf(output), errors: textOf(errors) };
}

const WHOLE = {
  code: 0,
  errors: '',
  output: expect.stringContaining(`played ${SAMPLE_TURNS} of ${SAMPLE_TURNS}`) as string,
};

describe.each(TOPOLOGIES)('the replay of real conversations, on %s', (_name, topology) => {
  let running: RunningTopology;
  let service: TestService;
  beforeAll(async () => {
    running = await topology.start();
    const variables = { ...variablesOf(running.servers), REDIS_URL: '', KEY_PREFIX: uniquePrefix() };
    service = await TestService.start('embedded', variables);
  });
  afterAll(async () => {
    await service?.close();
    await running?.stop();
  });

  it.each([
    ['over HTTP', []],
    ['over the live channel', ['--live']],
  ])('finds every session as it was played, %s', async (_way, options) => {
    expect(await replay('--url', service.url, '--concurrency', '4', ...options)).toMatchObject(WHOLE);
    expect((await service.get('/v1/sessions')).body).toMatchObject({ sessions: [] });
  });
});

describe('the replay while slots of a cluster move', () => {
  const keyPrefix = uniquePrefix();
  let cluster: RedisCluster;
  let service: TestService;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
    service = await TestService.start('embedded', { ...variablesOf(cluster.servers), KEY_PREFIX: keyPrefix });
  });
  afterAll(async () => {
    await service?.close();
    await cluster?.stop();
  });

  /** Moves the slot of a session that is being played, again and again; says how often. */
  async function moveUntil(hasEnded: () => boolean): Promise<number> {
    let moves = 0;
    while (!hasEnded()) {
      const { sessions } = (await service.get<{ sessions: { sessionId: string }[] }>('/v1/sessions')).body;
      const session = sessions[moves % Math.max(sessions.length, 1)];
      if (!session) continue;
      await cluster.moveSlot(keyPrefix + session.sessionId);
      moves += 1;
    }
    return moves;
  }

  it.each([
    ['over HTTP', []],
    ['over the live channel', ['--live']],
  ])(
    'has no differences, %s',
    async (_way, options) => {
      let hasEnded = false;
      const moving = moveUntil(() => hasEnded);
      const outcome = await replay('--url', service.url, '--concurrency', '2', '--speed', '40', ...options).finally(
        () => {
          hasEnded = true;
        },
      );
      expect(outcome).toMatchObject(WHOLE);
      expect(await moving).toBeGreaterThan(3);
    },
    60_000,
  );
});
