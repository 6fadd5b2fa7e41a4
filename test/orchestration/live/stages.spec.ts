import { until } from '../../support/until';
import { LiveHost, type TestCall } from './live.harness';

describe('the stages of a live call', () => {
  let host: LiveHost;
  let call: TestCall;
  beforeAll(async () => {
    host = await LiveHost.start();
  });
  beforeEach(async () => {
    host.server.replies.length = 0;
    host.server.replies.push([{ say: 'one two three four', audioMs: 1000 }]);
    call = await host.call();
    await call.reads('assistant: one two three four');
  });
  afterEach(() => call.end());
  afterAll(() => host.close());

  const turn = async (number: number) => {
    await call.durable();
    return (await call.stages())[`live-1.${number}`] ?? {};
  };
  const near = (stages: Record<string, number>) =>
    Object.fromEntries(Object.entries(stages).map(([stage, seconds]) => [stage, Math.round(seconds * 1000) / 1000]));

  it('are those of a greeting in the first turn', async () => {
    expect(Object.keys(await turn(0)).sort()).toEqual(['greeting', 'llm', 'llm_ttft', 'tts_ttfa']);
  });

  it("run from the caller's silence to words and to sound, each where it is measured", async () => {
    host.clock.advance(5);
    const itemId = call.model.beginSpeech();
    call.model.endSpeech(itemId, '', { transcript: 'later', answered: false });
    await call.caughtUp();
    host.clock.advance(0.3);
    call.model.transcribe(itemId, 'Balance?');
    await call.has('transcript', 2);
    const response = { id: 'resp_x', status: 'in_progress', output: [] };
    call.model.send({ type: 'response.created', response });
    await call.caughtUp();
    host.clock.advance(0.2);
    const place = { response_id: 'resp_x', item_id: 'reply', output_index: 0, content_index: 0 };
    call.model.send({ type: 'response.output_audio_transcript.delta', ...place, delta: 'Ten.' });
    await call.has('transcriptDelta', 5);
    host.clock.advance(0.1);
    const delta = Buffer.alloc(960).toString('base64');
    call.model.send({ type: 'response.output_audio.delta', ...place, delta });
    await call.caughtUp();
    host.clock.advance(0.4);
    call.model.send({ type: 'response.done', response: { ...response, status: 'completed' } });
    expect(near(await turn(1))).toEqual({ stt: 0.3, llm_ttft: 0.2, tts_ttfa: 0.1, turn_e2e: 0.6, llm: 0.7 });
  });

  it('leave out what did not come to its end', async () => {
    host.clock.advance(5);
    host.server.replies.push([{ say: 'never heard', holdAt: 0 }]);
    call.model.userSpeaks('', { transcript: 'failed' });
    await until(() => call.model.isSpeaking);
    await call.caughtUp();
    call.model.beginSpeech();
    await call.caughtUp();
    expect(await turn(1)).toEqual({});
  });

  it('have a tool, and a handoff until the new agent is ready', async () => {
    host.clock.advance(5);
    host.tools.hold();
    host.server.replies.push([{ call: 'get_balance', args: '{}' }], [{ call: 'handoff_fraud', args: '{}' }]);
    call.model.userSpeaks('Balance?');
    await call.has('toolStarted');
    host.clock.advance(0.5);
    host.tools.letGo();
    await call.has('agentChanged');
    await call.has('transcript', 3);
    expect(near(await turn(1))).toMatchObject({ tool: 0.5, handoff: 0 });
  });

  it('have the stop of an interrupted reply, once the client is silent', async () => {
    host.clock.advance(0.4);
    call.model.beginSpeech();
    await call.has('interrupted');
    expect(Object.keys(await turn(0))).not.toContain('barge_in_stop');
    host.clock.advance(0.08);
    call.live.playbackStopped();
    call.live.playbackStopped();
    expect(near(await turn(0))).toMatchObject({ barge_in_stop: 0.08 });
    const { latency } = await host.store.load(call.sessionId);
    expect(latency.get('barge_in_stop')?.count).toBe(1);
  });

  it('count no greeting where nobody is greeted', async () => {
    await call.live.close();
    const next = await host.call(call.sessionId);
    next.model.userSpeaks('Hello?');
    await next.has('transcript', 2);
    await next.durable();
    const { latency } = await host.store.load(call.sessionId);
    expect(latency.get('greeting')?.count).toBe(1);
    await next.end();
  });
});
