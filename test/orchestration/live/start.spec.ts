import { MemoService } from '../../../src/memo';
import { codeOf } from '../../memo/memo.harness';
import type { Op } from '../../../src/store/ops';
import { until } from '../../support/until';
import { LiveHost, type TestCall } from './live.harness';

const said = (agent: string, role: 'user' | 'assistant', content: string): Op => ({
  op: 'append',
  agent,
  role,
  content,
});

describe('the beginning of a live call', () => {
  let host: LiveHost;
  let call: TestCall;
  beforeAll(async () => {
    host = await LiveHost.start();
  });
  beforeEach(() => (host.server.replies.length = 0));
  afterAll(() => host.close());

  const items = () => call.model.items.map(({ role, content }) => [role, content?.[0]?.['text']]);

  it('configures the model as the agent says', async () => {
    const sessionId = await host.session({ op: 'setActiveAgent', agent: 'fraud' });
    call = await host.call(sessionId);
    expect(host.server.requests.at(-1)?.url).toContain('model=gpt-realtime');
    expect(call.model.sessions[0]).toMatchObject({
      instructions: 'You are the fraud team. \n',
      tools: [
        { name: 'get_balance' },
        { name: 'handoff_front', description: 'Hands the call over to Front: Takes every call.' },
        {},
      ],
      audio: { input: { turn_detection: { type: 'server_vad', threshold: 0.8 } }, output: { voice: 'cedar' } },
    });
    expect(await call.context('active_agent')).toBe('Fraud');
    await call.end();
  });

  it('of one that was led in text goes on with what was said there, without a greeting', async () => {
    const sessionId = await host.session(
      { op: 'setActiveAgent', agent: 'Fraud' },
      said('Front', 'user', 'Fraud, please'),
      said('Front', 'assistant', 'One moment.'),
      said('Fraud', 'assistant', 'Fraud here.'),
    );
    call = await host.call(sessionId);
    await until(() => call.model.items.length === 3);
    call.model.userSpeaks('Are you there?');
    await call.has('transcript', 2);
    expect(items().slice(0, 3)).toEqual([
      ['user', 'Fraud, please'],
      ['assistant', 'One moment.'],
      ['assistant', 'Fraud here.'],
    ]);
    expect(call.asked()).toEqual([]);
    await call.end();
  });

  it('answers a caller whom the one before left without an answer', async () => {
    const sessionId = await host.session(said('Front', 'user', 'Hello?'));
    call = await host.call(sessionId);
    await call.reads('user: Hello?', 'assistant: Yes.');
    await call.end();
  });

  it('carries out a handoff that was asked for and not done', async () => {
    const pending = { tool: 'handoff_fraud', to: 'Fraud', context: { reason: 'A strange payment' } };
    const sessionId = await host.session(
      { op: 'setActiveAgent', agent: 'Front' },
      said('Front', 'user', 'Fraud, please'),
      { op: 'setContext', key: 'pending_handoff', value: pending },
    );
    call = await host.call(sessionId);
    await call.has('transcript');
    expect(call.of('agentChanged')).toMatchObject([{ agent: 'Fraud' }]);
    expect(call.model.session).toMatchObject({ instructions: 'You are the fraud team. A strange payment\n' });
    expect(call.asked()).toEqual([['"You are through to the fraud team."', 'none']]);
    expect(await call.context('pending_handoff')).toBeUndefined();
    await call.end();
  });

  it.each([{ tool: 'handoff_nobody', to: 'Nobody', context: {} }, 'nonsense'])(
    'gives up a handoff that leads nowhere (%j)',
    async (value) => {
      const sessionId = await host.session({ op: 'setContext', key: 'pending_handoff', value });
      call = await host.call(sessionId);
      expect([call.live.agent, await call.context('pending_handoff')]).toEqual(['Front', undefined]);
      expect(host.logged).toContainEqual(
        expect.objectContaining({ level: 'warn', sessionId, msg: 'nobody takes a handoff that was left undone' }),
      );
      await call.end();
    },
  );

  it('with an agent that is no more is taken by the entry point, with a warning', async () => {
    const sessionId = await host.session({ op: 'setActiveAgent', agent: 'Gone' });
    call = await host.call(sessionId);
    expect([call.live.agent, await call.context('active_agent')]).toEqual(['Front', 'Front']);
    expect(host.logged).toContainEqual(
      expect.objectContaining({ sessionId, msg: 'an agent is no more; the entry point takes over' }),
    );
    await call.end();
  });

  it('fails where there is no such session, or the caller has hung up', async () => {
    const gone = host.orchestrator.start('no-such-call', { onEvent: () => undefined });
    expect(await codeOf(gone)).toBe('session_not_found');
    const sessionId = await host.session();
    const signal = AbortSignal.abort();
    expect(await codeOf(host.orchestrator.start(sessionId, { onEvent: () => undefined, signal }))).toBe('wait_aborted');
    expect(host.app.get(MemoService).liveSessions).toBe(0);
  });

  it('ends with the service, and what was said is in the store', async () => {
    const other = await LiveHost.start();
    const last = await other.call();
    last.model.userSpeaks('Goodbye', { answered: false });
    await last.caughtUp();
    await other.app.close();
    expect(last.of('closed')).toHaveLength(1);
    await other.close();
  });
});
