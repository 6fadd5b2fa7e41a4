import { until } from '../../support/until';
import { LiveHost, type TestCall } from './live.harness';

const STORY = 'one two three four five six seven eight nine ten';

describe('a caller who interrupts', () => {
  let host: LiveHost;
  let call: TestCall;
  beforeAll(async () => {
    host = await LiveHost.start({ script: { interrupts: false, lateDeltas: 3 } });
  });
  const greeted = async () => {
    host.server.replies.push([{ say: STORY, audioMs: 1000 }]);
    call = await host.call();
  };
  const flag = () => host.memos.restore(call.sessionId).then((memo) => [memo.isTtsInterrupted(), memo.epoch]);
  afterEach(() => call.end());
  afterAll(() => host.close());

  it('cuts a reply that is stored to what was heard, in the model, in the history and for every process', async () => {
    await greeted();
    await call.reads(`assistant: ${STORY}`);
    host.clock.advance(0.4);
    const itemId = call.model.beginSpeech();
    await call.reads('assistant: one two three four');
    expect(await call.stored()).toMatchObject([
      { meta: { generated: STORY, interrupted: { cause: 'barge_in', offset: 18 } } },
    ]);
    await until(() => call.model.sent('conversation.item.truncate').length === 1);
    expect(call.model.sent('conversation.item.truncate')).toMatchObject([{ content_index: 0, audio_end_ms: 400 }]);
    expect(call.of('interrupted')).toMatchObject([
      { cause: 'barge_in', agent: 'Front', heard: 'one two three four', generated: STORY },
    ]);
    expect(await flag()).toEqual([true, 1]);
    call.model.endSpeech(itemId, 'Stop', { answered: false });
    await call.reads('assistant: one two three four', 'user: Stop');
    expect(await flag()).toEqual([false, 1]);
  });

  it('stops a reply that is still being made, which is stored as it was heard', async () => {
    host.server.replies.push([{ say: STORY, audioMs: 1000, holdAt: 0.5 }]);
    call = await host.call();
    await until(() => call.of('audio').length === 25);
    host.clock.advance(0.2);
    const itemId = call.model.beginSpeech();
    await until(() => !call.model.isSpeaking);
    call.model.endSpeech(itemId, 'Stop');
    const cut = await call.has('interrupted');
    await call.reads(`assistant: ${cut.heard}`, 'user: Stop', 'assistant: Yes.');
    const offset = cut.heard.length;
    expect(STORY.startsWith(`${cut.heard} `) && STORY.startsWith(cut.generated)).toBe(true);
    expect(await call.stored()).toMatchObject([
      { meta: { generated: cut.generated, interrupted: { cause: 'barge_in', offset } } },
      {},
      {},
    ]);
    expect(call.of('audio').filter(({ itemId: of }) => of === call.of('audio')[0]?.itemId)).toHaveLength(25);
    expect(call.model.sent('response.cancel')).toHaveLength(1);
  });

  it('cuts a reply that the store has not numbered yet as soon as it has', async () => {
    host.server.replies.push([{ say: 'Hello.' }], [{ say: STORY, audioMs: 1000 }]);
    call = await host.call();
    await call.reads('assistant: Hello.');
    host.clock.advance(5);
    host.gates.writes.hold();
    call.model.userSpeaks('Count');
    await call.has('transcript', 3);
    await call.caughtUp();
    host.clock.advance(0.4);
    call.model.beginSpeech();
    await call.has('interrupted');
    host.gates.writes.open();
    await call.reads('assistant: Hello.', 'user: Count', 'assistant: one two three four');
    expect((await call.stored())[2]?.meta).toMatchObject({ generated: STORY });
    expect(await flag()).toEqual([true, 1]);
  });

  it('believes the client about what it has played', async () => {
    await greeted();
    await call.reads(`assistant: ${STORY}`);
    const [{ itemId } = { itemId: '' }] = call.of('audio');
    call.live.played(itemId, 800);
    call.model.beginSpeech();
    await call.reads('assistant: one two three four five six seven');
  });

  it('cuts a reply that waits for the words before it', async () => {
    await greeted();
    await call.reads(`assistant: ${STORY}`);
    host.clock.advance(5);
    host.server.replies.push([{ say: STORY, audioMs: 1000 }]);
    const question = call.model.userSpeaks('', { transcript: 'later' });
    await call.has('transcript', 2);
    host.clock.advance(0.4);
    const next = call.model.beginSpeech();
    await call.has('interrupted');
    call.model.transcribe(question, 'Count');
    call.model.endSpeech(next, 'Stop', { answered: false });
    await call.reads(`assistant: ${STORY}`, 'user: Count', 'assistant: one two three four', 'user: Stop');
    expect((await call.stored())[2]?.meta).toMatchObject({ generated: STORY, interrupted: { cause: 'barge_in' } });
  });

  it('has interrupted nothing where the agent was heard to the end', async () => {
    await greeted();
    await call.reads(`assistant: ${STORY}`);
    host.clock.advance(1);
    call.model.userSpeaks('Well', { answered: false });
    await call.reads(`assistant: ${STORY}`, 'user: Well');
    expect([call.of('interrupted'), await flag()]).toEqual([[], [false, 0]]);
    expect(call.model.sent('conversation.item.truncate')).toEqual([]);
  });

  it('interrupts by typing as well', async () => {
    await greeted();
    await call.reads(`assistant: ${STORY}`);
    host.clock.advance(0.4);
    call.live.say('Stop');
    await call.reads('assistant: one two three four', 'user: Stop', 'assistant: Yes.');
    expect(await flag()).toEqual([false, 1]);
  });

  it('waits for an agent who is not to be interrupted, and gets an answer that the model does not give by itself', async () => {
    const sessionId = await host.session(
      { op: 'setActiveAgent', agent: 'Cards' },
      { op: 'append', agent: 'Cards', role: 'user', content: 'Count' },
    );
    host.server.replies.push([{ say: STORY, audioMs: 1000 }]);
    call = await host.call(sessionId);
    await call.reads('Cards user: Count', `Cards assistant: ${STORY}`);
    call.model.userSpeaks('Thank you', { answered: false });
    await call.reads(
      'Cards user: Count',
      `Cards assistant: ${STORY}`,
      'Cards user: Thank you',
      'Cards assistant: Yes.',
    );
    expect(call.of('interrupted')).toEqual([]);
  });

  it('is followed by whoever interrupts from outside', async () => {
    await greeted();
    await call.reads(`assistant: ${STORY}`);
    host.clock.advance(0.4);
    await call.change({ op: 'setInterrupted', value: true });
    expect(await call.has('interrupted')).toMatchObject({ cause: 'interrupted', heard: 'one two three four' });
    await call.reads('assistant: one two three four');
    expect((await call.stored())[0]?.meta).toMatchObject({ generated: STORY });
    call.live.say('Go on');
    await call.has('transcript', 2);
    await until(async () => (await call.context('tts_interrupted')) === false);
  });

  it('leaves what somebody outside has cut as they cut it', async () => {
    await greeted();
    await call.reads(`assistant: ${STORY}`);
    await call.change({ op: 'setInterrupted', value: true, cause: 'supervisor', spoken: { seq: 1, content: 'one' } });
    await call.has('interrupted');
    call.live.say('Go on');
    await call.reads('assistant: one', 'user: Go on', 'assistant: Yes.');
    expect((await call.stored())[0]?.meta).toMatchObject({ interrupted: { cause: 'supervisor', offset: 3 } });
  });

  it('cuts at the end of the call what nobody has heard', async () => {
    await greeted();
    await call.reads(`assistant: ${STORY}`);
    host.clock.advance(0.4);
    await call.live.close();
    expect(await call.messages()).toEqual(['assistant: one two three four']);
  });
});
