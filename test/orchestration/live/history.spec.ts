import { LiveHost, type TestCall } from './live.harness';

describe('the history of a live call', () => {
  let host: LiveHost;
  let call: TestCall;
  beforeAll(async () => {
    host = await LiveHost.start();
  });
  beforeEach(async () => {
    host.server.replies.push([{ say: 'Hello.' }]);
    call = await host.call();
    await call.reads('assistant: Hello.');
    host.clock.advance(5);
  });
  afterEach(() => call.end());
  afterAll(() => host.close());

  it("has the caller's words before the answer, however late they come, with the time at which they began", async () => {
    const itemId = call.model.beginSpeech();
    const began = host.clock.nowMs() / 1000;
    await call.caughtUp();
    host.clock.advance(2);
    call.model.endSpeech(itemId, 'Hi', { transcript: 'later' });
    await call.has('transcript', 2);
    expect(await call.messages()).toEqual(['assistant: Hello.']);
    host.clock.advance(2);
    call.model.transcribe(itemId, ' Hi there ');
    await call.reads('assistant: Hello.', 'user: Hi there', 'assistant: Yes.');
    const [, user, answer] = await call.stored();
    expect(user).toMatchObject({ at: began, meta: { itemId, turn: answer?.meta?.['turn'] } });
  });

  it('has two utterances of which the second is written down first in their order', async () => {
    const first = call.model.userSpeaks('', { transcript: 'later', answered: false });
    await call.caughtUp();
    const second = call.model.userSpeaks('', { transcript: 'later', answered: false });
    call.model.transcribe(second, 'two');
    call.model.transcribe(first, 'one');
    await call.reads('assistant: Hello.', 'user: one', 'user: two');
  });

  it('places an utterance behind the reply that the model had put before it', async () => {
    const first = call.model.userSpeaks('one', { answered: false });
    const second = call.model.beginSpeech();
    call.model.addItem({ id: 'reply', type: 'message', role: 'assistant' });
    const place = { response_id: 'resp_x', item_id: 'reply', output_index: 0, content_index: 0 };
    call.model.send({ type: 'response.output_audio_transcript.done', ...place, transcript: 'In between.' });
    call.model.send({ type: 'response.done', response: { id: 'resp_x', status: 'completed', output: [] } });
    call.model.endSpeech(second, 'two', { answered: false });
    expect(first).not.toBe(second);
    await call.reads('assistant: Hello.', 'user: one', 'assistant: In between.', 'user: two');
  });

  it('has words once that are told twice', async () => {
    const itemId = call.model.userSpeaks('Hi', { answered: false });
    call.model.transcribe(itemId, 'Hi');
    call.model.userSpeaks('There', { answered: false });
    await call.reads('assistant: Hello.', 'user: Hi', 'user: There');
    expect(call.of('transcript')).toHaveLength(3);
  });

  it('says that something was said where nobody could write it down', async () => {
    call.model.userSpeaks('', { transcript: 'failed' });
    await call.reads('assistant: Hello.', 'user: [inaudible]', 'assistant: Yes.');
    expect((await call.stored())[1]?.meta).toMatchObject({ transcript: 'failed' });
    expect(call.of('failed')).toMatchObject([{ code: 'model_unavailable' }]);
    expect(JSON.stringify(host.logged)).not.toContain('secret');
  });

  it('has nothing of a noise', async () => {
    call.model.userSpeaks('  ', { answered: false });
    call.model.userSpeaks('Hi', { answered: false });
    await call.reads('assistant: Hello.', 'user: Hi');
  });

  it('has what was typed, and the answer to it', async () => {
    host.server.replies.push([{ say: 'Ten.' }]);
    call.live.say('Balance?');
    await call.reads('assistant: Hello.', 'user: Balance?', 'assistant: Ten.');
    expect(call.model.sent('conversation.item.create').at(-1)).toMatchObject({ item: { role: 'user' } });
  });

  it("waits at the end for the caller's last words", async () => {
    const itemId = call.model.userSpeaks('', { transcript: 'later', answered: false });
    call.model.userSpeaks('Bye', { answered: false });
    await call.has('transcript', 2);
    expect(await call.messages()).toEqual(['assistant: Hello.']);
    const closed = call.live.close();
    call.model.transcribe(itemId, 'Well then');
    await closed;
    expect(await call.messages()).toEqual(['assistant: Hello.', 'user: Well then', 'user: Bye']);
  });

  it('says at the end that something was said where its words did not come', async () => {
    call.model.userSpeaks('', { transcript: 'later', answered: false });
    await call.caughtUp();
    call.live.say('Bye');
    await call.has('transcript', 2);
    host.clock.advance(5);
    await call.end();
    expect(await call.messages()).toEqual(['assistant: Hello.', 'user: [inaudible]', 'user: Bye', 'assistant: Yes.']);
  });

  it('is complete where the store was away for a while', async () => {
    host.gates.writes.hold();
    call.model.userSpeaks('Balance?');
    await call.has('transcript', 3);
    (await host.gates.writes.next()).fail();
    host.gates.writes.open();
    await call.reads('assistant: Hello.', 'user: Balance?', 'assistant: Yes.');
  });
});
