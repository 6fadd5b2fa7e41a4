import { until } from '../../support/until';
import { LiveHost, type TestCall } from './live.harness';

const handOff = (to: string, reason = 'A strange payment', callId = `h-${to}`) => ({
  call: `handoff_${to}`,
  args: JSON.stringify({ reason, target: 'Somebody' }),
  callId,
});

describe('a handoff in a live call', () => {
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

  const toolNames = () => (call.model.session['tools'] as { name: string }[]).map(({ name }) => name);

  it('puts another agent in charge, who is told why and greets the caller', async () => {
    host.server.replies.push([{ say: 'One moment.' }, handOff('fraud')], [{ say: 'Fraud here.' }], [{ say: 'I see.' }]);
    call.model.userSpeaks('A payment is not mine');
    await call.has('transcript', 4);
    expect(call.of('handoff')).toMatchObject([{ tool: 'handoff_fraud', from: 'Front', to: 'Fraud' }]);
    expect(call.of('agentChanged')).toMatchObject([{ agent: 'Fraud' }]);
    expect(call.live.agent).toBe('Fraud');
    expect(call.model.session).toMatchObject({
      instructions: 'You are the fraud team. A strange payment\n',
      audio: { input: { turn_detection: { threshold: 0.8 } } },
    });
    expect(toolNames()).toEqual(['get_balance', 'handoff_front', 'handoff_cards']);
    expect(call.asked().at(-1)).toEqual(['"You are through to the fraud team."', 'none']);
    expect(await call.context('handoff_context')).toEqual({ reason: 'A strange payment', previous_agent: 'Front' });
    expect(await call.context('visited_agents')).toEqual(['Front', 'Fraud']);
    expect([await call.context('active_agent'), await call.context('pending_handoff')]).toEqual(['Fraud', undefined]);
    host.clock.advance(5);
    call.model.userSpeaks('Please look');
    await call.reads(
      'assistant: Hello.',
      'user: A payment is not mine',
      'assistant: One moment.',
      'assistant: ',
      'tool: {"ok":true,"agent":"Fraud","context":{"reason":"A strange payment"}}',
      'Fraud assistant: Fraud here.',
      'Fraud user: Please look',
      'Fraud assistant: I see.',
    );
  });

  it('waits until the response that asks for it is over', async () => {
    host.server.replies.push([handOff('fraud'), { say: 'One moment, please.', holdAt: 0.5 }]);
    call.model.userSpeaks('Fraud!');
    await call.has('handoff');
    await until(async () => (await call.context('pending_handoff')) !== undefined);
    expect(call.model.sessions).toHaveLength(1);
    expect(call.live.agent).toBe('Front');
    call.model.release();
    await call.has('agentChanged');
    expect(call.model.sessions).toHaveLength(2);
  });

  it('back to an agent has the words for a caller who returns', async () => {
    host.server.replies.push([handOff('fraud')], [{ say: 'Fraud here.' }], [handOff('front')], [{ say: 'Back.' }]);
    call.model.userSpeaks('Fraud!');
    await call.has('transcript', 3);
    host.clock.advance(5);
    call.model.userSpeaks('Go back');
    await call.has('transcript', 5);
    expect(call.asked().at(-1)).toEqual(['"Back at the front desk."', 'none']);
    expect([call.live.agent, await call.context('active_agent')]).toEqual(['Front', 'Front']);
  });

  it('to an agent without a greeting lets it find its own words', async () => {
    host.server.replies.push([handOff('cards')], [{ say: 'Cards.' }]);
    call.model.userSpeaks('My card');
    await call.has('transcript', 3);
    expect(call.asked().at(-1)).toEqual([]);
  });

  it('to and fro has an end within a turn of the caller, and begins anew with the next', async () => {
    const bounce = [handOff('fraud', '', 'h1'), handOff('front', '', 'h2'), handOff('fraud', '', 'h3')];
    host.server.replies.push(...bounce.map((reply) => [reply]), [handOff('front', '', 'h4')], [{ say: 'I stay.' }]);
    call.model.userSpeaks('Anybody?');
    await call.has('transcript', 3);
    expect(call.of('agentChanged').map(({ agent }) => agent)).toEqual(['Fraud', 'Front', 'Fraud']);
    expect(call.asked().at(-1)).toEqual(['none']);
    await call.durable();
    expect((await call.stored()).at(-2)?.content ?? '').toContain('often enough');
    host.clock.advance(5);
    host.server.replies.push([handOff('front', '', 'h5')], [{ say: 'Front.' }]);
    call.model.userSpeaks('The front desk');
    await call.has('agentChanged', 4);
  });

  it('is one at a time: the second of a response is refused', async () => {
    host.server.replies.push([handOff('fraud'), handOff('cards')], [{ say: 'Fraud.' }]);
    call.model.userSpeaks('Both');
    await call.has('transcript', 3);
    expect(call.of('handoff')).toHaveLength(1);
    await call.durable();
    expect((await call.messages()).filter((line) => line.includes('already'))).toHaveLength(1);
  });

  it('to an agent whom the model does not take leaves the call where it is', async () => {
    host.server.replies.push([handOff('broken')], [{ say: 'I go on.' }]);
    call.model.userSpeaks('The broken one');
    await call.has('transcript', 3);
    expect(call.of('failed')).toMatchObject([{ code: 'model_refused', agent: 'Front' }]);
    expect([call.live.agent, await call.context('active_agent')]).toEqual(['Front', 'Front']);
    expect(call.of('agentChanged')).toEqual([]);
  });

  it('is answered by the new agent where the caller speaks meanwhile, and nobody is greeted', async () => {
    host.server.replies.push([handOff('fraud'), { say: 'One moment.', holdAt: 0 }]);
    call.model.userSpeaks('Fraud!');
    await call.has('handoff');
    const itemId = call.model.beginSpeech();
    await call.has('agentChanged');
    call.model.endSpeech(itemId, 'Quick');
    await call.has('transcript', 4);
    expect(call.model.sent('response.create')).toHaveLength(1);
    await until(async () => (await call.messages()).includes('Fraud assistant: Yes.'));
    expect((await call.messages()).slice(-1)).toEqual(['Fraud assistant: Yes.']);
  });

  it('from outside the call is followed', async () => {
    await call.change({ op: 'setActiveAgent', agent: 'Fraud' });
    expect(await call.has('agentChanged')).toMatchObject({ agent: 'Fraud' });
    await call.has('transcript', 2);
    expect(call.asked().at(-1)).toEqual(['"You are through to the fraud team."', 'none']);
  });
});
