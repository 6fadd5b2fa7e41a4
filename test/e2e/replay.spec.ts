import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Redis } from 'ioredis';
import { runReplay } from '../../src/replay/replay';
import { onEachStore, TestService } from '../support/service';
import { removeKeys, testRedisUrl, uniquePrefix } from '../support/test-redis';

const SAMPLE = 'test/fixtures/calls.sample.ndjson';
const SAMPLE_TURNS = 166;

interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

interface Host {
  readonly environment?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** The command as the shell runs it, in this process. */
async function replay(args: readonly string[], { environment = {}, signal }: Host = {}): Promise<Outcome> {
  const output = new PassThrough();
  const errors = new PassThrough();
  const never = new AbortController().signal;
  const code = await runReplay(args, { environment, output, errors, signal: signal ?? never });
  return { code, output: textOf(output), errors: textOf(errors) };
}

function textOf(stream: PassThrough): string {
  return String((stream.read() as Buffer | null) ?? '');
}

/** The cells of the table's only row. */
function figures({ output }: Outcome): Record<string, string> {
  const [head = [], row = []] = output
    .split('\n')
    .filter((line) => line.startsWith('│'))
    .map((line) => line.split('│').map((cell) => cell.trim()));
  return Object.fromEntries(head.map((name, index) => [name, row[index] ?? '']));
}

const differencesOf = ({ output }: Outcome): string[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith('difference: '))
    .map((line) => line.replace(/^difference: [^:]+: /, ''));

interface Passing {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}
interface Answered {
  readonly status: number;
  readonly text: string;
  readonly retryAfter?: string;
}
/** What the proxy does with a request; `undefined` in place of an answer breaks the connection. */
type Tamper = (request: Passing, forward: (request: Passing) => Promise<Answered>) => Promise<Answered | undefined>;

/** Stands between the replay and the service, and does not always do what it should. */
class TamperingProxy {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(service: TestService, tamper: Tamper): Promise<TamperingProxy> {
    const forward = async ({ method, path, headers, body }: Passing): Promise<Answered> => {
      const response = await fetch(service.url + path, { method, headers, ...(body !== '' && { body }) });
      return { status: response.status, text: await response.text() };
    };
    const server = createServer((request, response) => {
      const pass = async () => {
        const answer = await tamper(await passing(request), forward);
        if (!answer) return void request.socket.destroy();
        response.writeHead(answer.status, { ...(answer.retryAfter && { 'retry-after': answer.retryAfter }) });
        response.end(answer.text);
      };
      pass().catch(() => request.socket.destroy());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TamperingProxy(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}

async function passing(request: IncomingMessage): Promise<Passing> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = '', url: path = '' } = request;
  const kept = ['content-type', 'idempotency-key'].flatMap((name) => {
    const value = request.headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return { method, path, headers: Object.fromEntries(kept), body: Buffer.concat(chunks).toString() };
}

/** Whether a request writes this turn of its call. */
const writesTurn = ({ headers }: Passing, turn: number) => headers['idempotency-key'] === `turn-${turn}`;

onEachStore('the replay of real conversations', (service) => {
  const sessions = async () => (await service().get<{ sessions: unknown[] }>('/v1/sessions')).body.sessions;
  const against = (...args: string[]) => replay([SAMPLE, '--url', service().url, ...args]);

  async function through(tamper: Tamper, ...args: string[]): Promise<Outcome> {
    const proxy = await TamperingProxy.start(service(), tamper);
    try {
      return await replay([SAMPLE, '--url', proxy.url, ...args]);
    } finally {
      await proxy.close();
    }
  }

  it('finds every session as it was played, however often', async () => {
    for (let run = 0; run < 2; run += 1) {
      const outcome = await against();
      expect(outcome).toMatchObject({ code: 0, errors: '' });
      expect(figures(outcome)).toMatchObject({
        calls: '10',
        turns: String(SAMPLE_TURNS),
        retries: '0',
        differences: '0',
      });
      expect(outcome.output).toContain(`played ${SAMPLE_TURNS} of ${SAMPLE_TURNS} turns (100 %)`);
      expect(await sessions()).toEqual([]);
    }
  });

  it('leaves the sessions where it is told to, and they say that they were played', async () => {
    expect(await against('--calls', '1', '--keep')).toMatchObject({ code: 0 });
    const [kept, ...others] = (await sessions()) as { sessionId: string }[];
    expect(others).toEqual([]);
    const path = `/v1/sessions/${kept?.sessionId}`;
    expect((await service().get(path)).body['context']).toMatchObject({ replay: { simulatedLatency: true } });
    await service().delete(path);
  });

  it('has no differences when answers are lost and the service is away for a moment', async () => {
    let requests = 0;
    const outcome = await through(
      async (request, forward) => {
        requests += 1;
        if (requests % 9 === 3) return { status: 503, text: '', retryAfter: '0' };
        const answer = await forward(request);
        return requests % 9 === 6 ? undefined : answer;
      },
      '--concurrency',
      '4',
    );
    expect(outcome).toMatchObject({ code: 0, errors: '' });
    expect(figures(outcome)).toMatchObject({ turns: String(SAMPLE_TURNS), differences: '0' });
    expect(Number(figures(outcome)['retries'])).toBeGreaterThan(20);
  });

  it('finds a message that somebody else has written in between', async () => {
    const outcome = await through(
      async (request, forward) => {
        const answer = await forward(request);
        if (!writesTurn(request, 3)) return answer;
        const foreign = { op: 'append', agent: 'Events_3', role: 'user', content: 'nobody said this' };
        await forward({
          ...request,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ ops: [foreign] }),
        });
        return answer;
      },
      '--calls',
      '1',
    );
    expect(outcome.code).toBe(1);
    expect(differencesOf(outcome)).toEqual([
      'history of Events_3, number 4: message unknown',
      'acknowledged revision of turn 4: other value (expected 5, found 6)',
      expect.stringMatching(/^revision: other value/),
    ]);
    expect(outcome.output).not.toContain('nobody said this');
  });

  it('finds a turn that was written twice', async () => {
    const outcome = await through(
      async (request, forward) => {
        if (writesTurn(request, 1)) await forward({ ...request, headers: { 'content-type': 'application/json' } });
        return forward(request);
      },
      '--calls',
      '1',
    );
    expect(outcome.code).toBe(1);
    expect(differencesOf(outcome)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^history of Events_3, number \d+: message doubled$/),
        expect.stringMatching(/^latency of stt: sample count/),
        expect.stringMatching(/^revision: other value/),
      ]),
    );
  });

  it('finds a turn that was acknowledged and never written', async () => {
    const outcome = await through(
      async (request, forward) => {
        if (!writesTurn(request, 4)) return forward(request);
        return { status: 200, text: JSON.stringify({ revision: 5, messages: [4] }) };
      },
      '--calls',
      '1',
    );
    expect(outcome.code).toBe(1);
    expect(differencesOf(outcome)).toEqual(
      expect.arrayContaining([
        'history of Events_3, turn 4: message missing',
        'tool output FindEvents: missing',
        expect.stringMatching(/^latency of llm: sample count/),
      ]),
    );
  });

  it('finds another slot, and a missing latency sample', async () => {
    const outcome = await through(
      async (request, forward) => {
        if (!writesTurn(request, 1)) return forward(request);
        const { ops } = JSON.parse(request.body) as { ops: { op: string; stage?: string; slots?: object }[] };
        const changed = ops
          .filter(({ stage }) => stage !== 'stt')
          .map((op) => (op.slots ? { ...op, slots: { city: 'Paris' } } : op));
        return forward({ ...request, body: JSON.stringify({ ops: changed }) });
      },
      '--calls',
      '1',
    );
    expect(outcome.code).toBe(1);
    expect(differencesOf(outcome)).toContainEqual(expect.stringMatching(/^slot city: other value$/));
    expect(differencesOf(outcome)).toContainEqual(expect.stringMatching(/^latency of stt: sample count/));
    expect(outcome.output).not.toContain('Paris');
  });

  it('reports a call that the service refuses, and goes on with the others', async () => {
    let refused = false;
    const outcome = await through(
      async (request, forward) => {
        if (refused || !writesTurn(request, 2)) return forward(request);
        refused = true;
        return { status: 422, text: '{"code":"idempotency_key_reused"}' };
      },
      '--calls',
      '3',
    );
    expect(outcome.code).toBe(1);
    expect(differencesOf(outcome)).toEqual(['playing: request failed (ops: 422 idempotency_key_reused)']);
    expect(await sessions()).toEqual([]);
  });

  it('stops when it is told to, and ends what it has opened', async () => {
    const stop = new AbortController();
    const proxy = await TamperingProxy.start(service(), async (request, forward) => {
      if (writesTurn(request, 3)) stop.abort();
      return forward(request);
    });
    const outcome = await replay([SAMPLE, '--url', proxy.url], { signal: stop.signal });
    await proxy.close();
    expect(outcome).toMatchObject({ code: 130, errors: 'replay: stopped\n' });
    expect(await sessions()).toEqual([]);
  });
});

describe('the replay with a service of its own', () => {
  const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('parley-replay-'));
  const quiet = { LOG_LEVEL: 'silent' };

  it('plays into an embedded store and removes its data', async () => {
    const before = folders();
    const outcome = await replay([SAMPLE, '--calls', '2'], { environment: quiet });
    expect(outcome).toMatchObject({ code: 0, errors: '' });
    expect(outcome.output).toContain('own service, store embedded');
    expect(folders()).toEqual(before);
  });

  it('plays into Redis where the environment says so', async () => {
    const prefix = uniquePrefix();
    const environment = { ...quiet, STORE: 'redis', REDIS_URL: testRedisUrl(), KEY_PREFIX: prefix };
    const outcome = await replay([SAMPLE, '--calls', '2'], { environment });
    expect(outcome).toMatchObject({ code: 0, errors: '' });
    expect(outcome.output).toContain('own service, store redis');
    const redis = new Redis(testRedisUrl());
    await removeKeys(redis, prefix);
    redis.disconnect();
  });

  it('passes over API keys that are meant for another service', async () => {
    const environment = { ...quiet, API_KEYS: 'ops:admin:a-long-secret', HOST: '0.0.0.0' };
    expect(await replay([SAMPLE, '--calls', '1'], { environment })).toMatchObject({ code: 0 });
  });

  it('refuses a configuration that is wrong, and leaves nothing behind', async () => {
    const before = folders();
    const outcome = await replay([SAMPLE], { environment: { ...quiet, STORE: 'redis', REDIS_URL: '' } });
    expect(outcome.code).toBe(2);
    expect(outcome.errors).toMatch(/^replay: [^\n]*REDIS_URL[^\n]*\n$/);
    expect((await replay([SAMPLE], { environment: { ...quiet, KEY_PREFIX: '*' } })).code).toBe(2);
    expect(folders()).toEqual(before);
  });
});

describe('the replay with wrong words', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-calls-'));
    writeFileSync(join(folder, 'calls.txt'), '\nnot json\n');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['no file', []],
    ['a file that is not there', ['none.ndjson']],
    ['an unknown option', [SAMPLE, '--fast']],
    ['a bad number', [SAMPLE, '--calls', 'many']],
  ])('says in one line what is wrong with %s', async (_title, args) => {
    const outcome = await replay(args);
    expect(outcome).toMatchObject({ code: 2, output: '' });
    expect(outcome.errors).toMatch(/^replay: [^\n]+\n$/);
  });

  it('names the line of a file that holds no calls', async () => {
    const file = join(folder, 'calls.txt');
    expect(await replay([file])).toEqual({ code: 2, output: '', errors: `replay: ${file}, line 2 is not JSON\n` });
  });

  it('explains itself', async () => {
    const outcome = await replay(['--help']);
    expect(outcome.code).toBe(0);
    expect(outcome.output).toMatch(/^Usage: npm run replay/);
  });

  it('says that nobody is at the address', async () => {
    const outcome = await replay([SAMPLE, '--url', 'http://127.0.0.1:1']);
    expect(outcome.code).toBe(1);
    expect(outcome.errors).toMatch(/^replay: http:\/\/127\.0\.0\.1:1 is not ready for a replay: [^\n]+\n$/);
  });

  it('needs the key of a service that has keys', async () => {
    const service = await TestService.start('embedded', { API_KEYS: 'voice:runtime:a-long-secret' });
    const args = [SAMPLE, '--calls', '1', '--url', service.url];
    const without = await replay(args);
    const wrong = await replay([...args, '--key', 'another-secret']);
    const right = await replay(args, { environment: { PARLEY_API_KEY: 'a-long-secret' } });
    await service.close();
    expect([without.code, wrong.code, right.code]).toEqual([2, 2, 0]);
    expect(without.errors).toContain('PARLEY_API_KEY');
    expect(wrong.errors).not.toContain('another-secret');
  });
});
