import { CallAgents } from '../../../src/orchestration/call';
import { LiveHost } from './live.harness';

describe('a live call', () => {
  let host: LiveHost;
  beforeEach(async () => {
    host = await LiveHost.start();
  });
  afterEach(() => host.close());

  it('greets a caller who is new, and answers', async () => {
    host.server.replies.push([{ say: 'Welcome to the bank.' }], [{ say: 'It is ten.' }]);
    const call = await host.call();
    await call.said(1);
    expect(call.asked()).toEqual([['"Welcome to the bank."', 'none']]);
    host.clock.advance(2);
    call.model.userSpeaks('What is my balance?');
    await call.reads('assistant: Welcome to the bank.', 'user: What is my balance?', 'assistant: It is ten.');
    const audio = Buffer.concat(call.of('audio').map(({ data }) => data));
    expect(audio.length).toBe(2 * 100 * 48);
    expect(call.of('transcript').map(({ role, agent, text }) => [role, agent, text])).toEqual([
      ['assistant', 'Front', 'Welcome to the bank.'],
      ['user', 'Front', 'What is my balance?'],
      ['assistant', 'Front', 'It is ten.'],
    ]);
    await call.live.close();
    expect(call.events.at(-1)).toMatchObject({ type: 'closed' });
  });

  it('can go on in text, with another memo: who is in charge, what is known, and what was said', async () => {
    const handoff = { call: 'handoff_fraud', args: '{"reason":"Odd payment"}', callId: 'h1' };
    host.server.replies.push(
      [{ say: 'Hello.' }],
      [handoff],
      [{ say: 'Fraud here.' }],
      [{ call: 'get_balance', args: '{}', callId: 'c1' }],
    );
    const call = await host.call();
    await call.reads('assistant: Hello.');
    for (const text of ['An odd payment', 'My balance?']) {
      host.clock.advance(5);
      call.model.userSpeaks(text);
      await call.has('transcript', text === 'My balance?' ? 5 : 3);
    }
    host.clock.advance(5);
    await call.live.close();

    const agents = host.app.get(CallAgents, { strict: false });
    const memo = await host.memos.restore(call.sessionId);
    const agent = agents.takeCharge(memo);
    expect(agent.name).toBe('Fraud');
    expect(await agents.ensurePrompt(memo, agent)).toContain('Odd payment');
    expect(memo.getToolOutput('get_balance')).toEqual({ balance: 10 });
    expect(memo.getHistory('Fraud').map(({ role, content, meta }) => [role, content, meta?.['toolCallId']])).toEqual([
      ['system', 'You are the fraud team. Odd payment\n', undefined],
      ['assistant', 'Fraud here.', undefined],
      ['user', 'My balance?', undefined],
      ['assistant', '', undefined],
      ['tool', '{"balance":10}', 'c1'],
      ['assistant', 'Yes.', undefined],
    ]);
    await host.memos.release(memo);
  });
});
