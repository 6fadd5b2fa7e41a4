import { ParleyLiveClient } from '../../src/client';
import { onEachStore } from '../support/service';
import { until } from '../support/until';
import { LiveClient } from './live-client';

interface TurnAnswer {
  readonly turnId: string;
  readonly agent: string;
  readonly reply: string;
  readonly outcome: string;
  readonly events: readonly { readonly type: string; readonly turnId: string }[];
}
interface Session {
  readonly activeAgent: string;
  readonly history: Readonly<Record<string, readonly { readonly role: string; readonly content: string }[]>>;
  readonly context: Readonly<Record<string, unknown>>;
}

const KEYS = { read: 'read-key-1234567890', runtime: 'runtime-key-1234567890' };

onEachStore('turns, over HTTP and the live channel', (service) => {
  let sessionId: string;
  beforeEach(async () => {
    sessionId = await service().open();
  });

  const session = async () => (await service().get<Session>(`/v1/sessions/${sessionId}`)).body;
  const turn = (transcript: string, more: object = {}) =>
    service().post<TurnAnswer>(`/v1/sessions/${sessionId}/turns`, { transcript, ...more });

  it('are answered by the agent in charge, and are in the history when they are', async () => {
    const { status, body } = await turn('Hello there', { turnId: 'turn-one', speechEndedAgoSeconds: 0.5 });
    expect(status).toBe(200);
    expect(body).toMatchObject({ turnId: 'turn-one', agent: 'Concierge', outcome: 'completed' });
    expect(body.events.at(-1)).toMatchObject({ type: 'completed', reply: body.reply });
    const { history, activeAgent } = await session();
    expect(activeAgent).toBe('Concierge');
    expect(history['Concierge']?.map(({ role }) => role)).toEqual(['system', 'user', 'assistant']);
    expect(history['Concierge']?.slice(1).map(({ content }) => content)).toEqual(['Hello there', body.reply]);
  });

  it('hand over within one turn, and go on with the new agent in the next', async () => {
    const { body } = await turn('I want to report fraud');
    expect(body.events.map(({ type }) => type)).toEqual(expect.arrayContaining(['handoff', 'agentChanged']));
    expect(body.agent).toBe('FraudAgent');
    const { activeAgent, context, history } = await session();
    expect([activeAgent, context['visited_agents']]).toEqual(['FraudAgent', ['Concierge', 'FraudAgent']]);
    expect(history['FraudAgent']?.[0]?.role).toBe('system');
    expect((await turn('Thank you')).body.agent).toBe('FraudAgent');
  });

  it('come as they happen to who asks for a stream of events', async () => {
    const response = await fetch(`${service().url}/v1/sessions/${sessionId}/turns`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ transcript: 'Hello there' }),
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    const frames = (await response.text()).trim().split('\n\n');
    const types = frames.map((frame) => /^event: (\w+)\ndata: (\{.*\})$/.exec(frame)?.[1]);
    expect(types.slice(0, -1)).toContain('sentence');
    expect(types.at(-1)).toBe('completed');
  });

  it('are refused as everything else is', async () => {
    expect((await turn('')).body).toMatchObject({ code: 'validation_failed' });
    expect((await turn('x', { other: 1 })).body).toMatchObject({ code: 'validation_failed' });
    const missing = await service().post('/v1/sessions/nobody/turns', { transcript: 'x' });
    expect([missing.status, missing.body['code']]).toEqual([404, 'session_not_found']);
    const streamed = await service().post(
      '/v1/sessions/nobody/turns',
      { transcript: 'x' },
      { accept: 'text/event-stream' },
    );
    expect([streamed.status, streamed.body['code']]).toEqual([404, 'session_not_found']);
  });

  it('come frame by frame over the live channel, and show to the others as changes', async () => {
    const [client, other] = await Promise.all([LiveClient.open(service()), LiveClient.open(service())]);
    await other.attach(sessionId);
    const ended = await client.ask('turn.ended', { type: 'turn.take', sessionId, transcript: 'Hello', turnId: 't1' });
    expect(ended.event).toMatchObject({ type: 'completed', turnId: 't1', agent: 'Concierge' });
    const events = client.frames.flatMap((frame) => (frame.type === 'turn.event' ? frame.event.type : []));
    expect(events).toContain('sentence');
    const told = (await other.pushed()).flatMap((frame) => (frame.type === 'change' ? frame.ops : []));
    expect(told.map(({ op }) => op)).toEqual(
      expect.arrayContaining(['takeLease', 'append', 'enqueuePlayback', 'releaseLease']),
    );
    const missing = await client.ask('error', { type: 'turn.take', sessionId: 'nobody', transcript: 'x' });
    expect(missing.code).toBe('session_not_found');
    await client.ask('turn.cancelled', { type: 'turn.cancel', sessionId });
    await Promise.all([client.close(), other.close()]);
  });

  it('are taken with the client, whose playback queue speaks them', async () => {
    const live = new ParleyLiveClient({ url: service().url });
    await live.connect();
    const handle = await live.attach(sessionId);
    const types: string[] = [];
    for await (const { type } of handle.takeTurn('Hello there')) types.push(type);
    expect(types.at(-1)).toBe('completed');
    const first = await handle.playback.next();
    expect(first).toMatchObject({ number: 1, agent: 'Concierge' });
    await handle.playback.done(1);
    const stages = async () => {
      const { body } = await service().get<{ stages: object }>(`/v1/sessions/${sessionId}/latency`);
      return Object.keys(body.stages);
    };
    await until(async () => (await stages()).includes('turn_e2e'));
    expect(await stages()).toEqual(expect.arrayContaining(['llm_ttft', 'llm', 'aggregation']));
    await live.close();
    await expect(handle.takeTurn('x').next()).rejects.toMatchObject({ code: 'connection_lost' });
  });
});

onEachStore(
  'who may take turns',
  (service) => {
    it('needs the role runtime', async () => {
      const reader = await LiveClient.open(service(), { key: KEYS.read });
      const refused = await reader.ask('error', { type: 'turn.take', sessionId: 'any', transcript: 'x' });
      expect(refused.code).toBe('forbidden');
      await reader.close();
      const bearer = { authorization: `Bearer ${KEYS.read}` };
      const { status } = await service().post('/v1/sessions/any/turns', { transcript: 'x' }, bearer);
      expect(status).toBe(403);
    });
  },
  { API_KEYS: `r:read:${KEYS.read},w:runtime:${KEYS.runtime}` },
);
