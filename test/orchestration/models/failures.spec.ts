import { inspect } from 'node:util';
import type { ParleyError } from '../../../src/common/parley-error';
import { ChatServer, refusal, RESET } from './chat-server';
import { callPart, DONE, FIRST, finish, say, spoken } from './chat-stream';
import { ask, collect, failing, KEY, modelAt, textOf } from './models.harness';
import { CREATED, event, failed, say as respond } from './responses-stream';

const SECRET = 'the seventh bell';

describe('a model that fails', () => {
  let server: ChatServer;
  beforeEach(async () => (server = await ChatServer.start()));
  afterEach(() => server.close());

  const outcome = ({ before, error }: { before: unknown[]; error: ParleyError }) => [
    before.length,
    error.code,
    error.retryable,
    server.requests.length,
  ];

  it.each([
    ['the status 500', refusal(500, { message: SECRET })],
    ['the status 503', refusal(503, { message: SECRET, code: null })],
    ['the status 408', refusal(408, {})],
    ['the status 409', refusal(409, {})],
    ['the status 429', refusal(429, { code: 'rate_limit_exceeded' }, { 'retry-after-ms': '5' })],
    ['a torn connection', { steps: [RESET] }],
    ['a connection that is torn after the first lines', { steps: [FIRST, RESET] }],
    ['an answer that ends without a word', { steps: [FIRST] }],
    ['an error instead of an answer', { steps: [`data: ${JSON.stringify({ error: { type: 'server_error' } })}\n\n`] }],
    ['a line that is not JSON', { steps: [`data: {"choices": ${SECRET}\n\n`] }],
  ])('is asked again after %s', async (_, failure) => {
    server.script(failure, failure, spoken('At last.'));
    expect(textOf(await collect(modelAt(server).stream(ask())))).toBe('At last.');
    expect(server.requests).toHaveLength(3);
  });

  it('is asked no more often than it may be', async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) server.script(refusal(500, {}));
    expect(outcome(await failing(modelAt(server).stream(ask())))).toEqual([0, 'model_unavailable', true, 3]);
    server.requests.length = 0;
    expect(outcome(await failing(modelAt(server, {}, { maxRetries: 0 }).stream(ask())))).toEqual([
      0,
      'model_unavailable',
      true,
      1,
    ]);
  });

  it.each([
    [400, { code: 'content_filter', message: SECRET }],
    [401, { message: `Incorrect key: ${KEY}` }],
    [403, {}],
    [404, { code: 'DeploymentNotFound' }],
    [422, {}],
    [429, { code: 'insufficient_quota' }],
  ])('is not asked again after the status %d, which says that it would not help', async (status, error) => {
    server.script(refusal(status, error), spoken('No.'));
    const found = await failing(modelAt(server).stream(ask()));
    expect(outcome(found)).toEqual([0, 'model_refused', false, 1]);
    expect(found.error.message).toContain(`status ${status}`);
  });

  it.each([
    ['retry-after-ms', '150'],
    ['retry-after', '0.15'],
  ])('is left alone for as long as it asks (%s)', async (name, value) => {
    server.script(refusal(429, {}, { [name]: value }), spoken('Now.'));
    const startedMs = performance.now();
    await collect(modelAt(server).stream(ask()));
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(149);
  });

  it('is not waited for longer than a caller would wait for the first word', async () => {
    server.script(refusal(429, {}, { 'retry-after': '60' }), spoken('Late.'));
    const startedMs = performance.now();
    const found = await failing(modelAt(server).stream(ask()));
    expect(outcome(found)).toEqual([0, 'model_unavailable', true, 1]);
    expect(performance.now() - startedMs).toBeLessThan(2000);
  });

  it.each([
    ['the connection is torn', [FIRST, say('Your '), RESET]],
    ['the stream ends without an end', [FIRST, say('Your '), DONE]],
    ['an error comes', [FIRST, say('Your '), `data: ${JSON.stringify({ error: { message: SECRET } })}\n\n`]],
    ['a line is not JSON', [FIRST, say('Your '), `data: ${SECRET}\n\n`]],
  ])('in the middle of an answer is never asked again: %s', async (_, steps) => {
    server.script({ steps }, spoken('No.'));
    const found = await failing(modelAt(server).stream(ask()));
    expect(found.before).toEqual([{ type: 'text', text: 'Your ' }]);
    expect(outcome(found)).toEqual([1, 'model_unavailable', true, 1]);
  });

  it('in the middle of a call gives no call, and is never asked again', async () => {
    server.script({ steps: [FIRST, callPart(0, { id: 'c', function: { name: 'f', arguments: '{' } }), RESET] });
    expect(outcome(await failing(modelAt(server).stream(ask())))).toEqual([0, 'model_unavailable', true, 1]);
  });

  it('after the end of an answer takes nothing away from it', async () => {
    server.script({ steps: [FIRST, say('All.'), finish('stop'), RESET] });
    expect(await collect(modelAt(server).stream(ask()))).toEqual([
      { type: 'text', text: 'All.' },
      { type: 'end', reason: 'stop' },
    ]);
  });

  it('is said to be away where nothing listens', async () => {
    const away = await ChatServer.start();
    const model = modelAt(away);
    await away.close();
    const { error } = await failing(model.stream(ask()));
    expect([error.code, error.message]).toEqual([
      'model_unavailable',
      'The language model cannot be reached (ECONNREFUSED).',
    ]);
  });

  it.each([
    ['a failed response', [CREATED, failed('server_error', SECRET)], 'model_unavailable'],
    [
      'an error event',
      [CREATED, event('error', { code: 'rate_limit_exceeded', message: SECRET })],
      'model_unavailable',
    ],
    ['a prompt that is refused', [CREATED, failed('invalid_prompt', SECRET)], 'model_refused'],
  ])('says so in the Responses API with %s', async (_, steps, code) => {
    server.script({ steps });
    const model = modelAt(server, { api: 'responses' }, { maxRetries: 0 });
    expect((await failing(model.stream(ask()))).error.code).toBe(code);
  });

  it('is asked again in the Responses API as long as it has not said a word', async () => {
    const failure = { steps: [CREATED, failed('server_error', SECRET)] };
    server.script(failure, { steps: [CREATED, respond('Your '), failed('server_error', SECRET)] });
    const found = await failing(modelAt(server, { api: 'responses' }).stream(ask()));
    expect(outcome(found)).toEqual([1, 'model_unavailable', true, 2]);
  });

  it('leaves nothing of prompts, answers or keys in an error, nor on the console', async () => {
    const printed: unknown[] = [];
    for (const name of ['error', 'warn', 'log', 'info', 'debug'] as const) {
      jest.spyOn(console, name).mockImplementation((...words) => void printed.push(words));
    }
    const scripts = [
      refusal(400, { message: SECRET, code: SECRET, param: KEY }),
      refusal(500, { message: `${SECRET} ${KEY}`, code: KEY }),
      { steps: [FIRST, say(SECRET), `data: ${SECRET}\n\n`] },
      { steps: [FIRST, say(SECRET), `data: ${JSON.stringify({ error: { message: SECRET, code: SECRET } })}\n\n`] },
    ];
    for (const script of scripts) {
      server.script(script);
      const { error } = await failing(modelAt(server, {}, { maxRetries: 0 }).stream(ask()));
      const shown = inspect(error, { depth: 10, showHidden: true });
      for (const secret of [SECRET, KEY]) expect(shown).not.toContain(secret);
    }
    jest.restoreAllMocks();
    expect(printed).toEqual([]);
  });
});
