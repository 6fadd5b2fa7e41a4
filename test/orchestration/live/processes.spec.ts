/** Two processes on one Redis: one leads the call, the other is an operator's. */
import { TestService } from '../../support/service';
import { storeData } from '../../support/store-data';
import { until } from '../../support/until';
import { LiveHost, type TestCall } from './live.harness';

describe('a live call and another process', () => {
  const { settings, remove } = storeData('redis');
  const variables = { ...settings, SESSION_AGENT_OVERRIDES_ENABLED: 'true' };
  let host: LiveHost;
  let other: TestService;
  let call: TestCall;
  beforeAll(async () => {
    host = await LiveHost.start({ variables });
    other = await TestService.start('redis', { ...variables, AGENTS_DIR: host.agentsFolder });
  });
  beforeEach(async () => {
    host.server.replies.length = 0;
    host.server.replies.push([{ say: 'one two three four', audioMs: 1000 }]);
    call = await host.call();
    await call.reads('assistant: one two three four');
  });
  afterEach(() => call.end());
  afterAll(async () => {
    await other.close();
    await host.close();
    await remove();
  });

  it('speaks as an operator has changed it, from the next safe point on', async () => {
    host.clock.advance(5);
    host.server.replies.push([{ say: 'A long story.', holdAt: 0.5 }]);
    call.model.userSpeaks('Tell me');
    await until(() => call.model.isSpeaking);
    await call.caughtUp();
    const answer = await other.patch(`/v1/admin/sessions/${call.sessionId}/agents/Front`, { prompt: 'Be short.' });
    expect(answer.status).toBe(200);
    await call.caughtUp();
    expect(call.model.sessions).toHaveLength(1);
    call.model.release();
    await until(() => call.model.sessions.length === 2);
    expect(call.model.session).toMatchObject({ instructions: 'Be short.' });
  });

  it('falls silent where somebody interrupts it there', async () => {
    host.clock.advance(0.5);
    await other.apply(call.sessionId, { op: 'setInterrupted', value: true });
    expect(await call.has('interrupted')).toMatchObject({ cause: 'interrupted', heard: 'one two' });
    await call.reads('assistant: one two');
  });

  it('changes hands where an operator hands it over', async () => {
    host.clock.advance(5);
    await other.post(`/v1/sessions/${call.sessionId}/handoffs`, { tool: 'handoff_fraud', context: { reason: 'Odd' } });
    expect(await call.has('agentChanged')).toMatchObject({ agent: 'Fraud' });
    await until(() => call.model.sessions.length === 2);
    expect(call.model.session).toMatchObject({ instructions: 'You are the fraud team. Odd\n' });
  });

  it('ends where the session is ended', async () => {
    host.clock.advance(5);
    await other.delete(`/v1/sessions/${call.sessionId}`);
    call.model.userSpeaks('Hello?');
    expect(await call.has('closed')).toMatchObject({ code: 'session_ended' });
  });
});
