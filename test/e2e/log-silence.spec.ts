import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RedisServer } from '../support/redis-server';
import { ServiceProcess } from '../support/service-process';

interface Turn {
  readonly role: string;
  readonly agent: string;
  readonly text: string;
  readonly slots?: Record<string, unknown>;
  readonly toolCalls?: readonly { readonly tool: string; readonly results: unknown }[];
}

const file = join(__dirname, '../fixtures/calls.sample.ndjson');
const calls = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .slice(0, 5)
  .map((line) => (JSON.parse(line) as { turns: Turn[] }).turns);

const SECRET = 'runtime-secret-that-nobody-may-see';
/** Of John Smith's profile, which the sessions are opened with. */
const PROFILE = ['john.smith@email.com', 'John Smith', 'CLT-001-JS', '45230.18', 'Contoso Travel Platinum', '4411'];

function opsOf({ role, agent, text, slots, toolCalls }: Turn): unknown[] {
  return [
    { op: 'append', agent, role, content: text, meta: { said: text } },
    ...(slots ? [{ op: 'setSlots', slots }] : []),
    ...(toolCalls ?? []).map(({ tool, results }) => ({ op: 'setToolOutput', tool, output: results })),
    { op: 'setContext', key: 'last', value: text },
    { op: 'systemPrompt', agent, content: text },
  ];
}

/** Requests with the turn's text in every place where something can be refused. */
function faultyRequests(id: string, { text }: Turn): [string, string, unknown, Record<string, string>?][] {
  const ops = (...list: unknown[]) => ({ ops: list });
  const path = `/v1/sessions/${id}/ops`;
  return [
    ['POST', path, `{"ops": [${text}`],
    ['POST', path, ops({ op: text })],
    ['POST', path, ops({ op: 'append', agent: 1, role: text, content: text })],
    ['POST', path, ops({ op: 'truncate', seq: 1e9, content: text })],
    ['POST', path, ops({ op: 'setContext', key: `${text}\u0000`, value: text })],
    ['POST', path, ops({ op: 'setInterrupted', value: true }), { 'idempotency-key': 'turn-0' }],
    ['POST', path, ops(), { 'idempotency-key': text.replace(/[^\x20-\x7e]/g, '') }],
    ['POST', path, text, { 'content-type': 'text/plain' }],
    ['POST', `/v1/sessions/${encodeURIComponent(text)}/ops`, ops({ op: 'append', content: text })],
    ['PUT', `/v1/sessions/${id}/context/${encodeURIComponent(text)}`, { value: text, more: text }],
    ['GET', `/v1/sessions/${id}/history/${encodeURIComponent(text)}?after=${encodeURIComponent(text)}`, undefined],
    ['POST', '/v1/sessions', { email: 'john.smith@email.com', clientId: 5, context: text }],
  ];
}

class Caller {
  constructor(private readonly url: string) {}

  async send(method: string, path: string, content?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const body = content === undefined || typeof content === 'string' ? content : JSON.stringify(content);
    const all = { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json', ...headers };
    return fetch(this.url + path, { method, headers: all, ...(body !== undefined && { body }) });
  }

  /** Plays a call, and with each turn everything that is refused. */
  async play(turns: readonly Turn[]): Promise<string> {
    const opened = await this.send('POST', '/v1/sessions', { email: 'John.Smith@email.com' });
    const { sessionId } = (await opened.json()) as { sessionId: string };
    for (const [index, turn] of turns.entries()) {
      const key = { 'idempotency-key': `turn-${index}` };
      const answer = await this.send('POST', `/v1/sessions/${sessionId}/ops`, { ops: opsOf(turn) }, key);
      expect(answer.status).toBe(200);
    }
    for (const [method, path, content, headers] of faultyRequests(sessionId, turns[0] as Turn)) {
      const { status } = await this.send(method, path, content, headers);
      expect(status).toBeGreaterThanOrEqual(400);
    }
    await this.send('GET', `/v1/sessions/${sessionId}`);
    return sessionId;
  }
}

function expectSilence(output: string): void {
  const texts = calls.flat().map(({ text }) => text);
  const told = [...texts, ...texts.map((text) => JSON.stringify(text).slice(1, -1)), ...PROFILE, SECRET];
  expect(told.filter((text) => text.length > 3 && output.includes(text))).toEqual([]);
}

const environment = { LOG_LEVEL: 'trace', API_KEYS: `voice:runtime:${SECRET}` };

describe('the log at its finest level', () => {
  it('holds nothing of what was said, of profiles or of keys, on the embedded store', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-silence-'));
    const service = await ServiceProcess.start({ ...environment, DATA_DIR: folder });
    const caller = new Caller(service.url);
    for (const turns of calls) await caller.play(turns);
    const { output } = await service.stop();
    expect(output).toMatch(/"level":(10|20)/);
    expectSilence(output);
    rmSync(folder, { recursive: true, force: true });
  });

  it('nor on Redis, whatever Redis answers', async () => {
    const redis = await RedisServer.start();
    const settings = { STORE: 'redis', REDIS_URL: redis.url, REDIS_COMMAND_TIMEOUT_MS: '200' };
    const service = await ServiceProcess.start({ ...environment, ...settings });
    const caller = new Caller(service.url);
    const sessions: string[] = [];
    for (const turns of calls) sessions.push(await caller.play(turns));
    const turn = calls[0]?.[0] as Turn;
    const write = (id: string | undefined) => caller.send('POST', `/v1/sessions/${id}/ops`, { ops: opsOf(turn) });
    redis.pause();
    expect((await write(sessions[0])).status).toBe(503);
    redis.resume();
    await redis.kill();
    expect((await write(sessions[1])).status).toBe(503);
    const { output } = await service.stop();
    expect(output).toContain('a request failed');
    expectSilence(output);
    await redis.stop();
  });
});
