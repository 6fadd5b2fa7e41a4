import { tracing } from '@opentelemetry/sdk-node';
import { TracedChatModel } from '../../../src/orchestration/models/traced-chat-model';
import { until } from '../../support/until';
import { ChatServer, HANG, refusal } from './chat-server';
import { FIRST, say, spoken } from './chat-stream';
import { ask, collect, failing, modelAt } from './models.harness';

const QUESTION = 'What is under the seventh bell?';

describe('the spans of answers', () => {
  let server: ChatServer;
  const exporter = new tracing.InMemorySpanExporter();
  const provider = new tracing.BasicTracerProvider({ spanProcessors: [new tracing.SimpleSpanProcessor(exporter)] });
  beforeEach(async () => (server = await ChatServer.start()));
  afterEach(async () => {
    exporter.reset();
    await server.close();
  });
  afterAll(() => provider.shutdown());

  const model = () =>
    new TracedChatModel(modelAt(server, {}, { maxRetries: 0 }), provider.getTracer('test'), {
      provider: 'azure',
      deployment: undefined,
    });
  const request = (signal = new AbortController().signal) =>
    ask({
      signal,
      settings: { deployment: 'gpt-4.1', temperature: 0.3 },
      messages: [{ role: 'user', content: QUESTION }],
    });
  const outcomes = () => exporter.getFinishedSpans().map(({ attributes }) => attributes['parley.outcome']);

  it('tell settings and figures, and nothing of what was said', async () => {
    server.script(spoken('A secret.'));
    await collect(model().stream(request()));
    const [span] = exporter.getFinishedSpans();
    expect(span?.name).toBe('chat gpt-4.1');
    expect(span?.attributes).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'azure.ai.openai',
      'gen_ai.request.model': 'gpt-4.1',
      'gen_ai.request.temperature': 0.3,
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 7,
      'gen_ai.usage.output_tokens': 3,
      'parley.outcome': 'ok',
    });
    expect([span?.events, span?.links]).toEqual([[], []]);
  });

  it('tell how an answer failed, with the code alone', async () => {
    server.script(refusal(400, { message: QUESTION }));
    await failing(model().stream(request()));
    const [span] = exporter.getFinishedSpans();
    expect(span?.attributes).toMatchObject({ 'error.type': 'model_refused', 'parley.outcome': 'model_refused' });
    expect(span?.status).toEqual({ code: 2 });
  });

  it('end, once, where nobody wants the answer any more', async () => {
    for (let time = 0; time < 3; time += 1) server.script({ steps: [FIRST, say('A '), HANG] });
    for await (const _ of model().stream(request())) break;
    expect(outcomes()).toEqual(['aborted']);

    const caller = new AbortController();
    for await (const _ of model().stream(request(caller.signal))) caller.abort();
    expect(outcomes()).toEqual(['aborted', 'aborted']);

    const events = model().stream(request())[Symbol.asyncIterator]();
    await events.next();
    const waiting = events.next();
    await events.return?.();
    expect((await waiting).done).toBe(true);
    expect(outcomes()).toEqual(['aborted', 'aborted', 'aborted']);
    await until(() => server.abandoned === 3);
  });
});
