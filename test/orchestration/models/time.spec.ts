import { until } from '../../support/until';
import { ChatServer, HANG, refusal } from './chat-server';
import { callPart, FIRST, finish, say, spoken } from './chat-stream';
import { ask, collect, failing, modelAt } from './models.harness';

describe('the time that an answer may take', () => {
  let server: ChatServer;
  beforeEach(async () => (server = await ChatServer.start()));
  afterEach(() => server.close());

  it.each([
    ['nothing at all', []],
    ['lines without a word', [FIRST]],
  ])('ends where the model has not begun: %s', async (_, steps) => {
    server.script({ steps: [...steps, HANG] }, spoken('Late.'));
    const { error } = await failing(modelAt(server, {}, { firstTokenTimeoutMs: 400 }).stream(ask()));
    expect([error.code, error.retryable]).toEqual(['model_timeout', true]);
    expect(error.message).toBe('The model did not begin its answer within 400 ms.');
    expect(server.requests).toHaveLength(1);
    await until(() => server.abandoned === 1);
  });

  it('includes the attempts that failed and the pauses between them', async () => {
    const failure = refusal(500, {});
    server.script(failure, { steps: [HANG] });
    const startedMs = performance.now();
    const { error } = await failing(modelAt(server, {}, { firstTokenTimeoutMs: 800 }).stream(ask()));
    expect([error.code, server.requests.length]).toEqual(['model_timeout', 2]);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(799);
  });

  it('ends where the model falls silent in the middle', async () => {
    server.script({ steps: [FIRST, say('Your '), HANG] });
    const { before, error } = await failing(modelAt(server, {}, { stallTimeoutMs: 60 }).stream(ask()));
    expect(before).toEqual([{ type: 'text', text: 'Your ' }]);
    expect([error.code, error.message]).toEqual([
      'model_timeout',
      'The model was silent for 60 ms in the middle of its answer.',
    ]);
    await until(() => server.abandoned === 1);
  });

  it('counts a part of a call for a beginning', async () => {
    server.script({ steps: [FIRST, callPart(0, { id: 'c', function: { name: 'f', arguments: '{' } }), HANG] });
    const { error } = await failing(modelAt(server, {}, { stallTimeoutMs: 60 }).stream(ask()));
    expect(error.message).toContain('in the middle');
  });

  it('is bounded as a whole, however busily the model talks', async () => {
    server.script({ steps: [FIRST, ...Array.from({ length: 20_000 }, () => say('and '))] });
    const { error } = await failing(modelAt(server, {}, { timeoutMs: 100 }).stream(ask()));
    expect([error.code, error.message]).toEqual(['model_timeout', 'The answer took longer than 100 ms.']);
    await until(() => server.abandoned === 1);
  });

  it('takes nothing away from an answer whose stream stays open after its end', async () => {
    server.script({ steps: [FIRST, say('All.'), finish('stop'), HANG] });
    const events = await collect(modelAt(server, {}, { stallTimeoutMs: 60 }).stream(ask()));
    expect(events.at(-1)).toEqual({ type: 'end', reason: 'stop' });
  });
});
