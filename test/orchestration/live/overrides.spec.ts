import { SessionAgentManager } from '../../../src/session-agents/session-agent-manager';
import { until } from '../../support/until';
import { LiveHost, type TestCall } from './live.harness';

describe('an override in the middle of a live call', () => {
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
  afterEach(() => call.end());
  afterAll(() => host.close());

  const override = (fields: object) =>
    host.app.get(SessionAgentManager, { strict: false }).override(call.sessionId, 'Front', fields, 'merge', {
      actor: 'ada',
      source: 'admin',
    });
  const instructions = () => call.model.sessions.map((session) => session['instructions']);

  it('is in effect at once where nobody speaks', async () => {
    await override({ prompt: 'Be short.', tools: ['get_balance'] });
    await until(() => call.model.sessions.length === 2);
    expect(call.model.session).toMatchObject({ instructions: 'Be short.', tools: [{ name: 'get_balance' }] });
    await call.durable();
    const { history } = await host.store.load(call.sessionId);
    expect(history.get('Front')?.prompt).toMatchObject({ content: 'Be short.' });
  });

  it('waits while the model speaks', async () => {
    host.server.replies.push([{ say: 'A long story.', holdAt: 0.5 }]);
    call.model.userSpeaks('Tell me');
    await until(() => call.of('audio').length > 5);
    await override({ prompt: 'Be short.' });
    await call.caughtUp();
    expect(instructions()).toEqual(['You are the front desk.\n']);
    call.model.release();
    await until(() => call.model.sessions.length === 2);
    expect(instructions().at(-1)).toBe('Be short.');
  });

  it('waits while the caller speaks', async () => {
    const itemId = call.model.beginSpeech();
    await call.caughtUp();
    await override({ prompt: 'Be short.' });
    await call.caughtUp();
    expect(call.model.sessions).toHaveLength(1);
    call.model.endSpeech(itemId, 'Hi');
    await until(() => call.model.sessions.length === 2);
  });

  it('is in effect before the answer that is asked for next', async () => {
    host.server.replies.push([{ call: 'get_balance', args: '{}' }], [{ say: 'Ten.' }]);
    host.tools.hold();
    call.model.userSpeaks('Balance?');
    await call.has('toolStarted');
    const itemId = call.model.beginSpeech();
    await call.caughtUp();
    await override({ prompt: 'Be short.' });
    host.tools.letGo();
    await call.has('toolEnded');
    call.model.endSpeech(itemId, 'And?', { answered: false });
    await call.has('transcript', 4);
    const order = call.model.seen.map(({ type }) => type).filter((type) => /session.update|response.create/.test(type));
    expect(order).toEqual(['session.update', 'response.create', 'session.update', 'response.create']);
  });

  it('of the voice leaves a model that has spoken with the one it has', async () => {
    await override({ voice: { name: 'another' } });
    await until(() => call.model.sessions.length === 2);
    expect(JSON.stringify(call.model.session)).not.toContain('another');
    expect(call.of('failed')).toEqual([]);
  });

  it('that changes nothing for the model sends nothing', async () => {
    await override({ greeting: 'Good day.' });
    call.live.say('Hi');
    await call.has('transcript', 2);
    expect(call.model.sessions).toHaveLength(1);
  });
});
