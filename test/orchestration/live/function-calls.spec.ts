import { until } from '../../support/until';
import { LiveHost, type TestCall } from './live.harness';

describe('functions that the model calls', () => {
  let host: LiveHost;
  let call: TestCall;
  beforeAll(async () => {
    host = await LiveHost.start();
  });
  beforeEach(async () => {
    host.server.replies.length = 0;
    host.server.replies.push([{ say: 'Hello.' }]);
    call = await host.call();
    await call.reads('assistant: Hello.');
    host.clock.advance(5);
  });
  afterEach(async () => {
    host.tools.letGo();
    await call.end();
  });
  afterAll(() => host.close());

  const results = () =>
    call.model
      .sent('conversation.item.create')
      .map(({ item }) => item as { call_id?: string; output?: string })
      .filter(({ output }) => output !== undefined);

  it('are run, and the model answers with what they gave', async () => {
    host.server.replies.push([{ call: 'get_balance', args: '{}', callId: 'c1' }], [{ say: 'It is ten.' }]);
    call.model.userSpeaks('Balance?');
    await call.reads(
      'assistant: Hello.',
      'user: Balance?',
      'assistant: ',
      'tool: {"balance":10}',
      'assistant: It is ten.',
    );
    expect(results()).toMatchObject([{ call_id: 'c1', output: '{"balance":10}' }]);
    const [, , asked, given] = await call.stored();
    expect(asked?.meta).toMatchObject({ toolCalls: [{ id: 'c1', name: 'get_balance', arguments: '{}' }] });
    expect(given?.meta).toMatchObject({ toolCallId: 'c1', tool: 'get_balance' });
    expect((await host.store.load(call.sessionId)).toolOutputs.get('get_balance')).toEqual({ balance: 10 });
    expect(call.of('toolStarted')).toMatchObject([{ callId: 'c1', tool: 'get_balance' }]);
    expect(call.of('toolEnded')).toMatchObject([{ callId: 'c1', ok: true }]);
  });

  it.each([
    ['always_fails', '{}', 'tool_failed'],
    ['never_answers', '{}', 'tool_timeout'],
    ['get_balance', 'not JSON', 'invalid_arguments'],
  ])('tell the model what went wrong with %s(%s), and nothing more', async (name, args, code) => {
    host.server.replies.push([{ call: name, args, callId: 'c1' }], [{ say: 'Sorry.' }]);
    call.model.userSpeaks('Do it');
    await call.has('transcript', 3);
    expect(JSON.parse(results()[0]?.output ?? '')).toMatchObject({ ok: false, code });
    expect(call.of('toolEnded')).toMatchObject([{ ok: false }]);
    expect((await host.store.load(call.sessionId)).toolOutputs.size).toBe(0);
    expect(JSON.stringify([results(), host.logged])).not.toContain('secret');
    const told = `tool: ${results()[0]?.output}`;
    await call.reads('assistant: Hello.', 'user: Do it', 'assistant: ', told, 'assistant: Sorry.');
  });

  it.each(['no_such_tool', 'transfer_funds'])('are not run where the agent was not given them: %s', async (name) => {
    host.server.replies.push([{ call: name, args: '{}', callId: 'c1' }], [{ say: 'Sorry.' }]);
    call.model.userSpeaks('Do it');
    await call.has('transcript', 3);
    expect(JSON.parse(results()[0]?.output ?? '')).toMatchObject({ ok: false, code: 'unknown_tool' });
    expect(call.of('toolStarted')).toEqual([]);
  });

  it('are all answered before the model is asked to go on, once', async () => {
    host.server.replies.push(
      [
        { say: 'Let me see.' },
        { call: 'get_balance', args: '{}', callId: 'c1' },
        { call: 'always_fails', args: '{}', callId: 'c2' },
      ],
      [{ say: 'Ten.' }],
    );
    call.model.userSpeaks('Balance?');
    await call.has('transcript', 4);
    expect(results().map(({ call_id: id }) => id)).toEqual(['c1', 'c2']);
    expect(call.asked()).toEqual([['"Welcome to the bank."', 'none'], []]);
  });

  it('finish where the caller speaks meanwhile, and the answer follows when the floor is free', async () => {
    host.tools.hold();
    host.server.replies.push(
      [{ call: 'get_balance', args: '{}', callId: 'c1' }],
      [{ say: 'Still looking.' }],
      [{ say: 'It is ten.' }],
    );
    call.model.userSpeaks('Balance?');
    await call.has('toolStarted');
    const itemId = call.model.beginSpeech();
    await call.caughtUp();
    host.tools.letGo();
    await until(() => results().length === 1);
    expect(call.model.sent('response.create')).toHaveLength(1);
    call.model.endSpeech(itemId, 'Hello?', { answered: false });
    await call.has('toolEnded');
    await call.has('transcript', 4);
    expect(host.tools.signals.at(-1)?.aborted).toBe(false);
    await call.durable();
    const lines = await call.messages();
    expect(lines).toContain('tool: {"balance":10}');
    expect(lines.at(-1)).toBe('assistant: Still looking.');
  });

  it('have to end: the model speaks after so many rounds of one turn', async () => {
    const rounds = Array.from({ length: 8 }, () => [{ call: 'get_balance', args: '{}' }]);
    host.server.replies.push(...rounds, [{ say: 'Enough.' }]);
    call.model.userSpeaks('Loop');
    await call.has('transcript', 3);
    expect(call.asked().slice(1)).toEqual([...Array.from({ length: 7 }, () => []), ['none']]);
  });

  it('that have begun are waited for when the call ends, and what they give is kept', async () => {
    host.tools.hold();
    host.server.replies.push([{ call: 'get_balance', args: '{}', callId: 'c1' }]);
    call.model.userSpeaks('Balance?');
    await call.has('toolStarted');
    const closed = call.live.close();
    host.tools.letGo();
    await closed;
    expect(await call.messages()).toEqual([
      'assistant: Hello.',
      'user: Balance?',
      'assistant: ',
      'tool: {"balance":10}',
    ]);
    expect((await host.store.load(call.sessionId)).toolOutputs.get('get_balance')).toEqual({ balance: 10 });
  });

  it('are given up when the caller hangs up, and nothing of them is written', async () => {
    host.tools.hold();
    host.server.replies.push([{ call: 'get_balance', args: '{}', callId: 'c1' }]);
    call.model.userSpeaks('Balance?');
    await call.has('toolStarted');
    await call.end();
    expect(host.tools.signals.at(-1)?.aborted).toBe(true);
    expect(await call.messages()).toEqual(['assistant: Hello.', 'user: Balance?']);
  });
});
