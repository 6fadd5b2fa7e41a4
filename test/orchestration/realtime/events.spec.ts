import { Logger } from '@nestjs/common';
import { RealtimeLine } from './realtime.harness';

const PLACE = { response_id: 'r1', item_id: 'i1', output_index: 0, content_index: 0 };
const AUDIO = Buffer.from('abcd').toString('base64');

describe('what a realtime model tells', () => {
  let line: RealtimeLine;
  const start = async (...args: Parameters<typeof RealtimeLine.start>) => {
    line = await RealtimeLine.start(...args);
    await line.connect();
    line.events.length = 0;
    return line.server.call;
  };
  const types = () => line.events.map(({ type }) => type);

  afterEach(() => line.close());

  it('is a turn, from the first sound to the last word', async () => {
    const call = await start();
    line.server.replies.push([{ say: 'It is three.', audioMs: 60 }]);
    const itemId = call.userSpeaks('How much is there?');
    await line.has('responseDone');
    expect(line.of('speechStarted')).toEqual([{ type: 'speechStarted', itemId, audioStartMs: 0 }]);
    expect(line.of('speechStopped')).toEqual([{ type: 'speechStopped', itemId, audioEndMs: 500 }]);
    expect(line.of('userTranscript')).toEqual([{ type: 'userTranscript', itemId, text: 'How much is there?' }]);
    expect(line.of('itemAdded').map(({ kind, previousItemId }) => [kind, previousItemId])).toEqual([
      ['user', null],
      ['assistant', itemId],
    ]);
    expect(Buffer.concat(line.of('audio').map(({ data }) => data))).toHaveLength(60 * 48);
    expect(line.of('transcriptDelta').map(({ text }) => text)).toEqual(['It ', 'is ', 'three.']);
    expect(line.of('transcriptDone').map(({ text }) => text)).toEqual(['It is three.']);
    expect(line.of('responseDone')).toMatchObject([
      { status: 'completed', usage: { inputTokens: 7, outputTokens: 3 } },
    ]);
    expect(await line.ignored('unknown')).toBe(0);
  });

  it("is told of the caller's words when they come, also after the reply", async () => {
    const call = await start();
    const itemId = call.userSpeaks('My code is one two.', { transcript: 'later' });
    await line.has('responseDone');
    call.transcribe(itemId, 'My code is one two.');
    expect(await line.has('userTranscript')).toMatchObject([{ itemId }]);
    expect(types().indexOf('userTranscript')).toBeGreaterThan(types().indexOf('responseDone'));
  });

  it("is told that the caller's words cannot be had, without any of them", async () => {
    const call = await start();
    call.userSpeaks('secret words', { transcript: 'failed' });
    const [event] = await line.has('userTranscriptFailed');
    expect(event?.error.code).toBe('model_unavailable');
    expect(event?.error.message).toBe(
      "The model could not do a transcript of the caller's words (audio_unintelligible).",
    );
  });

  it('is an interruption, which the model has ended by itself', async () => {
    const call = await start({ lateDeltas: 2 });
    line.server.replies.push([{ say: 'One two three four.', audioMs: 200, holdAt: 0.5 }]);
    call.userSpeaks('Count.');
    await line.quiet();
    call.beginSpeech();
    expect(await line.has('responseDone')).toMatchObject([{ status: 'cancelled' }]);
    const told = line.of('audio').length;
    await line.quiet();
    expect(line.of('audio')).toHaveLength(told);
    expect(await line.ignored('late')).toBeGreaterThan(1);
    const said = line.of('transcriptDelta').map(({ text }) => text);
    expect(line.of('transcriptDone').map(({ text }) => text)).toEqual([said.join('')]);
  });

  it('can be two beginnings of speech in a row', async () => {
    const call = await start();
    call.beginSpeech('one');
    call.beginSpeech('two');
    expect((await line.has('speechStarted', 2)).map(({ itemId }) => itemId)).toEqual(['one', 'two']);
  });

  it('is a response that fails, with its codes and without its words', async () => {
    const call = await start();
    call.send({ type: 'response.created', response: { id: 'r1' } });
    const error = { type: 'server_error', code: 'overloaded', message: 'secret' };
    call.send({
      type: 'response.done',
      response: { id: 'r1', status: 'failed', status_details: { type: 'failed', error } },
    });
    const [done] = await line.has('responseDone');
    expect(done).toMatchObject({ status: 'failed', error: { code: 'model_unavailable' } });
    expect(done?.error?.message).toBe('The model could not do a response (overloaded).');
  });

  it('can name a function after its arguments', async () => {
    const call = await start();
    const args = { ...PLACE, call_id: 'c1', arguments: '{"a":1}' };
    call.send({ type: 'response.function_call_arguments.done', ...args });
    call.send({
      type: 'response.output_item.added',
      ...PLACE,
      item: { id: 'i1', type: 'function_call', call_id: 'c1', name: 'f' },
    });
    call.send({ type: 'response.done', response: { id: 'r1', status: 'completed' } });
    await line.has('responseDone');
    expect(types()).toEqual(['responseStarted', 'functionCall', 'responseDone']);
    expect(line.of('functionCall')).toMatchObject([{ callId: 'c1', name: 'f', arguments: '{"a":1}', itemId: 'i1' }]);
  });

  it('can be all in the end of a response', async () => {
    const call = await start();
    const output = [
      { id: 'i1', type: 'message', role: 'assistant', content: [{ type: 'output_audio', transcript: 'Well then.' }] },
      { id: 'i2', type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}', status: 'completed' },
      { id: 'i3', type: 'function_call', call_id: 'c2', name: 'g', arguments: '{"half', status: 'incomplete' },
      { id: 'i4', content: 'not an item' },
    ];
    call.send({ type: 'response.done', response: { id: 'r1', status: 'completed', output } });
    await line.has('responseDone');
    expect(types()).toEqual(['responseStarted', 'transcriptDone', 'functionCall', 'responseDone']);
    expect(line.of('transcriptDone')).toMatchObject([{ itemId: 'i1', contentIndex: 0, text: 'Well then.' }]);
  });

  it('ends, whatever else the end of a response holds', async () => {
    const call = await start();
    call.send({
      type: 'response.done',
      response: { id: 'r1', status: 7, output: 'none', usage: [], status_details: 1, metadata: 2 },
    });
    expect(await line.has('responseDone')).toEqual([{ type: 'responseDone', responseId: 'r1', status: 'incomplete' }]);
  });

  it('can begin before it says that it does', async () => {
    const call = await start();
    call.send({ type: 'response.output_audio.delta', ...PLACE, delta: AUDIO });
    call.send({ type: 'response.created', response: { id: 'r1' } });
    call.send({ type: 'response.done', response: { id: 'r1', status: 'completed' } });
    await line.has('responseDone');
    expect(types()).toEqual(['responseStarted', 'audio', 'responseDone']);
  });

  it('counts nothing twice', async () => {
    const call = await start();
    const twice = (event: Readonly<Record<string, unknown>>) => [call.send(event), call.send(event)];
    twice({ type: 'response.output_audio.delta', event_id: 'e1', ...PLACE, delta: AUDIO });
    twice({ type: 'response.output_audio_transcript.done', ...PLACE, transcript: 'Yes.' });
    twice({
      type: 'conversation.item.added',
      previous_item_id: null,
      item: { id: 'i1', type: 'message', role: 'assistant' },
    });
    twice({
      type: 'response.output_item.done',
      ...PLACE,
      item: { id: 'i2', type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
    });
    twice({ type: 'response.done', response: { id: 'r1', status: 'completed' } });
    await line.quiet();
    expect(types().filter((type) => type !== 'speechStarted')).toEqual([
      'responseStarted',
      'audio',
      'transcriptDone',
      'itemAdded',
      'functionCall',
      'responseDone',
    ]);
    expect(await line.ignored('repeated')).toBe(4);
  });

  it('takes what comes of a response after its end for late', async () => {
    const call = await start();
    call.send({ type: 'response.done', response: { id: 'r1', status: 'completed' } });
    call.send({ type: 'response.output_audio.delta', ...PLACE, delta: AUDIO });
    await line.quiet();
    expect(types()).not.toContain('audio');
    expect(await line.ignored('late')).toBe(1);
  });

  it('leaves out what nobody knows, and counts it', async () => {
    const call = await start();
    call.send({ type: 'response.something_new', ...PLACE });
    await line.quiet();
    expect(types()).toEqual(['speechStarted']);
    expect(await line.ignored('unknown')).toBe(1);
  });

  it.each([
    ['no JSON', '{"type":'],
    ['no object', '[1]'],
    ['no type', '{"type":7}'],
    ['nothing', ''],
    ['no response', '{"type":"response.created"}'],
    [
      'no text',
      '{"type":"response.output_audio_transcript.delta","response_id":"r","item_id":"i","content_index":0,"delta":{}}',
    ],
    [
      'no audio',
      '{"type":"response.output_audio.delta","response_id":"r","item_id":"i","content_index":0,"delta":"secret!"}',
    ],
    [
      'a place that cannot be',
      '{"type":"response.output_text.delta","response_id":"r","item_id":"i","content_index":-1,"delta":"x"}',
    ],
    ['an error that is none', '{"type":"error","error":"secret"}'],
  ])('says so of an event that is %s, and goes on', async (_what, text) => {
    const call = await start();
    call.sendText(text);
    const [event] = await line.has('error');
    expect(event).toMatchObject({ reason: 'malformed_event', error: { code: 'model_refused' } });
    expect(event?.error.message).toBe('The model sent an event that cannot be read.');
    expect(await line.ignored('malformed')).toBe(1);
    await line.quiet();
  });

  it('tells of errors by their codes, never in their words', async () => {
    const call = await start();
    call.fail('rate_limit_exceeded', { type: 'tokens' });
    call.fail('secret words that are no code', { type: 'also secret', param: 'more secret' });
    const errors = await line.has('error', 2);
    expect(errors.map(({ error, reason }) => [error.code, error.message, reason])).toEqual([
      ['model_unavailable', 'The model could not do a request (rate_limit_exceeded).', 'rate_limit_exceeded'],
      ['model_refused', 'The model refused a request.', undefined],
    ]);
  });

  it('goes on when a listener fails', async () => {
    Logger.overrideLogger(false);
    line = await RealtimeLine.start();
    const seen: string[] = [];
    line.connection = await line.model.connect(
      { instructions: '', tools: [], session: {}, model: 'm' },
      {
        onEvent: (event) => {
          line.events.push(event);
          seen.push(event.type);
          throw new Error('A listener that fails.');
        },
      },
    );
    line.server.call.userSpeaks('Hello.');
    await line.has('responseDone');
    expect(seen).toContain('userTranscript');
  });
});
