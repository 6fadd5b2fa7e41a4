import { until } from '../../support/until';
import { LiveHost, type TestCall } from './live.harness';

const CHUNK = Buffer.alloc(4800);

describe('a live call that loses its model', () => {
  let host: LiveHost;
  let call: TestCall;
  let isRefused = false;
  beforeAll(async () => {
    host = await LiveHost.start({ script: { refusal: () => (isRefused ? 503 : undefined) } });
  });
  beforeEach(async () => {
    isRefused = false;
    host.server.replies.length = 0;
    host.server.replies.push([{ say: 'Hello.' }]);
    call = await host.call();
    await call.reads('assistant: Hello.');
    host.clock.advance(5);
  });
  afterEach(() => call.end());
  afterAll(() => host.close());

  const items = () =>
    call.model.sent('conversation.item.create').map(({ item }) => {
      const { type, role, content, name, output } = item as Record<string, unknown>;
      return type === 'message' ? [role, (content as [{ text: string }])[0].text] : [type, name ?? output];
    });

  it('goes on over another connection that knows all that was said and done', async () => {
    host.server.replies.push([{ call: 'get_balance', args: '{}' }], [{ say: 'It is ten.' }]);
    call.model.userSpeaks('Balance?');
    await call.has('transcript', 3);
    await call.durable();
    host.clock.advance(5);
    call.model.drop();
    await call.has('reconnected');
    await call.caughtUp();
    expect(items()).toEqual([
      ['assistant', 'Hello.'],
      ['user', 'Balance?'],
      ['function_call', 'get_balance'],
      ['function_call_output', '{"balance":10}'],
      ['assistant', 'It is ten.'],
    ]);
    expect(call.model.session).toMatchObject({ instructions: 'You are the front desk.\n' });
    expect(call.asked()).toEqual([]);
    call.model.userSpeaks('Thanks');
    await call.has('transcript', 5);
  });

  it('answers what the caller had said and nobody had answered', async () => {
    call.model.userSpeaks('Balance?', { answered: false });
    await call.has('transcript', 2);
    host.server.replies.push([{ say: 'Ten.' }]);
    call.model.drop();
    await call.reads('assistant: Hello.', 'user: Balance?', 'assistant: Ten.');
  });

  it('cuts the reply that was being spoken, and says it again', async () => {
    host.server.replies.push([{ say: 'one two three four', audioMs: 400, holdAt: 0.5 }], [{ say: 'Again.' }]);
    call.model.userSpeaks('Count');
    await until(() => call.of('audio').length === 15);
    host.clock.advance(0.1);
    call.model.drop();
    await call.has('reconnected');
    await call.has('transcript', 3);
    expect(call.of('interrupted')).toMatchObject([{ cause: 'connection_lost', heard: 'one two' }]);
    await call.durable();
    expect(await call.messages()).toEqual([
      'assistant: Hello.',
      'user: Count',
      'assistant: one two',
      'assistant: Again.',
    ]);
  });

  it('lets the model hear again what the caller was saying, and what was said meanwhile', async () => {
    for (let index = 0; index < 3; index += 1) call.live.appendAudio(CHUNK);
    call.model.beginSpeech();
    await call.caughtUp();
    call.live.appendAudio(CHUNK);
    await until(() => call.model.audio.length === 4);
    call.model.drop();
    await host.server.nextCall(host.server.calls.length + 1);
    call.live.appendAudio(CHUNK);
    await call.has('reconnected');
    await until(() => Buffer.concat(call.model.audio).length === 5 * CHUNK.length);
    expect(call.asked()).toEqual([]);
    call.model.userSpeaks('Said again', { answered: false });
    await call.reads('assistant: Hello.', 'user: Said again');
  });

  it('answers what was typed meanwhile', async () => {
    call.model.drop();
    call.live.say('Typed');
    await call.reads('assistant: Hello.', 'user: Typed', 'assistant: Yes.');
  });

  it('tells the new connection of a call that it does not know, with its result', async () => {
    host.tools.hold();
    host.server.replies.push([{ call: 'get_balance', args: '{}', callId: 'c1' }], [{ say: 'Ten.' }]);
    call.model.userSpeaks('Balance?');
    await call.has('toolStarted');
    await call.caughtUp();
    call.model.drop();
    await call.has('reconnected');
    expect(call.asked()).toEqual([]);
    host.tools.letGo();
    await call.has('transcript', 3);
    expect(items().slice(-2)).toEqual([
      ['function_call', 'get_balance'],
      ['function_call_output', '{"balance":10}'],
    ]);
  });

  it('gives up where there is no other connection, with an error and an intact session', async () => {
    isRefused = true;
    call.model.userSpeaks('Balance?', { answered: false });
    await call.has('transcript', 2);
    call.model.drop();
    expect(await call.has('closed')).toMatchObject({ code: 'model_unavailable' });
    expect(call.of('failed')).toMatchObject([{ code: 'model_unavailable', retryable: true }]);
    expect(await call.messages()).toEqual(['assistant: Hello.', 'user: Balance?']);
    isRefused = false;
    host.server.replies.push([{ say: 'Ten.' }]);
    const next = await host.call(call.sessionId);
    await next.reads('assistant: Hello.', 'user: Balance?', 'assistant: Ten.');
    await next.end();
  });

  it('tries once: a second loss soon after the first is the end', async () => {
    call.model.drop();
    await call.has('reconnected');
    call.model.drop();
    expect(await call.has('closed')).toMatchObject({ code: 'model_unavailable' });
    expect(call.of('reconnected')).toHaveLength(1);
  });

  it('tries again where the second connection has held', async () => {
    call.model.drop();
    await call.has('reconnected');
    host.clock.advance(60);
    call.model.drop();
    await call.has('reconnected', 2);
  });
});
