import { until } from '../../support/until';
import { RealtimeLine, SETTINGS } from './realtime.harness';

describe('what a realtime connection is told to do', () => {
  let line: RealtimeLine;
  const start = async (...args: Parameters<typeof RealtimeLine.start>) => {
    line = await RealtimeLine.start(...args);
    return line.connect();
  };

  afterEach(() => line.close());

  it('changes the session, and is done when the model says so', async () => {
    const connection = await start();
    await connection.update({ ...SETTINGS, instructions: 'Be kind.', tools: [], session: {} });
    expect(line.server.call.session).toMatchObject({ instructions: 'Be kind.', tools: [], tool_choice: 'auto' });
    await line.has('sessionUpdated', 2);
  });

  it('says which update was refused, and does the others', async () => {
    const connection = await start();
    const updates = [{}, { wrong: 1 }, { tool_choice: 'none' }].map((session) =>
      connection.update({ ...SETTINGS, session }),
    );
    const outcomes = await Promise.allSettled(updates);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: { code: 'model_refused' } });
    expect(line.server.call.session).toMatchObject({ tool_choice: 'none' });
    expect(line.of('error')).toEqual([]);
  });

  it('does not wait for an update for ever, nor take its late answer for the next one', async () => {
    const connection = await start({}, { updateTimeoutMs: 500 });
    const { call } = line.server;
    const answers: string[] = [];
    const send = call.send.bind(call);
    call.send = (event) => (event['type'] === 'session.updated' ? void answers.push('held') : send(event));
    await expect(connection.update(SETTINGS)).rejects.toMatchObject({ code: 'model_timeout' });
    const second = connection.update(SETTINGS).then(
      () => 'done',
      () => 'timed out',
    );
    await until(() => answers.length === 2);
    send({ type: 'session.updated', session: {} });
    expect(await second).toBe('timed out');
  });

  it('fails updates that are under way when the connection breaks, and those after it', async () => {
    const connection = await start();
    const { call } = line.server;
    call.send = () => undefined;
    const update = connection.update(SETTINGS);
    const outcome = expect(update).rejects.toMatchObject({ code: 'model_unavailable' });
    await until(() => call.sent('session.update').length === 2);
    call.drop();
    await outcome;
    await expect(connection.update(SETTINGS)).rejects.toMatchObject({ code: 'model_unavailable' });
  });

  it('leaves the voice as it is once the model has spoken', async () => {
    const connection = await start();
    expect(connection.canChangeVoice).toBe(true);
    connection.createResponse();
    await line.has('responseDone');
    expect(connection.canChangeVoice).toBe(false);
    await connection.update({ ...SETTINGS, voice: { name: 'cedar' } });
    expect(line.server.call.session).not.toHaveProperty('audio.output.voice');
  });

  it("sends the caller's audio as it is", async () => {
    const connection = await start();
    const audio = Buffer.from(Array.from({ length: 4800 }, (_, index) => index % 256));
    for (let at = 0; at < audio.length; at += 960) connection.appendAudio(audio.subarray(at, at + 960));
    await until(() => line.server.call.audio.length === 5);
    expect(Buffer.concat(line.server.call.audio)).toEqual(audio);
  });

  it('restores a conversation with all that it is made of', async () => {
    const connection = await start();
    connection.addItem({ type: 'message', role: 'system', text: 'The caller is known.' });
    connection.addItem({ type: 'message', role: 'user', text: 'How much is there?' });
    connection.addItem({ type: 'functionCall', callId: 'c1', name: 'get_balance', arguments: '{}' });
    connection.addItem({ type: 'functionResult', callId: 'c1', output: '{"balance":3}' });
    connection.addItem({ type: 'message', role: 'assistant', text: 'Three.' });
    const added = await line.has('itemAdded', 5);
    expect(added.map(({ kind }) => kind)).toEqual(['system', 'user', 'functionCall', 'functionResult', 'assistant']);
    expect(added.slice(1).map(({ previousItemId }) => previousItemId)).toEqual(
      added.slice(0, 4).map(({ itemId }) => itemId),
    );
    expect(line.of('error')).toEqual([]);
  });

  it('tells of an item that is refused, in the words of codes alone', async () => {
    const connection = await start();
    connection.addItem({ type: 'functionResult', callId: 'nobody', output: 'secret' });
    const [event] = await line.has('error');
    expect(event).toMatchObject({ reason: 'invalid_tool_call_id', error: { code: 'model_refused' } });
    expect(event?.error.message).toBe('The model refused a request (invalid_tool_call_id at item.call_id).');
  });

  it('asks for a response with instructions of its own', async () => {
    const connection = await start();
    connection.createResponse({ instructions: 'Greet the caller.', toolChoice: 'none' });
    await line.has('responseDone');
    expect(line.server.call.sent('response.create')).toMatchObject([
      { response: { instructions: 'Greet the caller.', tool_choice: 'none' } },
    ]);
  });

  it('hands a call of a function out, and the result back', async () => {
    const connection = await start();
    line.server.replies.push([{ call: 'get_balance', args: '{"account":1}', callId: 'c7' }], [{ say: 'It is three.' }]);
    line.server.call.userSpeaks('How much is there?');
    const [call] = await line.has('functionCall');
    expect(call).toMatchObject({ callId: 'c7', name: 'get_balance', arguments: '{"account":1}' });
    await line.has('responseDone');
    connection.addItem({ type: 'functionResult', callId: 'c7', output: '3' });
    connection.createResponse();
    expect(await line.has('transcriptDone')).toMatchObject([{ text: 'It is three.' }]);
  });

  it('tells of a response that is refused because one is under way', async () => {
    const connection = await start();
    line.server.replies.push([{ say: 'One two three.', holdAt: 0.5 }]);
    connection.createResponse();
    connection.createResponse();
    expect(await line.has('error')).toMatchObject([{ reason: 'conversation_already_has_active_response' }]);
    line.server.call.release();
    expect(await line.has('responseDone')).toMatchObject([{ status: 'completed' }]);
  });

  it('cancels a response, of which nothing more comes', async () => {
    const connection = await start({ lateDeltas: 3 });
    line.server.replies.push([{ say: 'One two three four five six.', audioMs: 400, holdAt: 0.25 }]);
    connection.createResponse();
    await until(() => line.server.call.isSpeaking);
    await line.quiet();
    const heard = line.of('audio').length;
    connection.cancelResponse();
    expect(await line.has('responseDone')).toMatchObject([{ status: 'cancelled' }]);
    await line.quiet();
    expect(heard).toBeGreaterThan(0);
    expect(line.of('audio')).toHaveLength(heard);
    expect(line.of('transcriptDone')).toEqual([]);
    expect(await line.ignored('late')).toBeGreaterThan(3);
  });

  it('takes a response back that has not begun', async () => {
    const connection = await start();
    line.server.replies.push([{ say: 'One two three.', holdAt: 0.5 }], [{ say: 'Four.' }]);
    connection.createResponse();
    connection.cancelResponse();
    await until(() => line.server.call.sent('response.cancel').length === 1);
    await line.quiet();
    expect(line.events.map(({ type }) => type)).not.toContain('responseStarted');
    expect(line.events.map(({ type }) => type)).not.toContain('audio');
    connection.createResponse();
    expect(await line.has('transcriptDone')).toMatchObject([{ text: 'Four.' }]);
    expect(line.of('responseDone')).toHaveLength(1);
  });

  it('asks for no end of what has ended, and does not mind an end that came first', async () => {
    const connection = await start();
    connection.cancelResponse();
    connection.createResponse();
    await line.has('responseDone');
    connection.cancelResponse();
    line.server.call.fail('response_cancel_not_active');
    await line.quiet();
    expect(line.server.call.sent('response.cancel')).toEqual([]);
    expect(line.of('error')).toEqual([]);
    expect(await line.ignored('needless')).toBe(1);
  });

  it('cuts a reply to what was heard, and nothing more of it comes', async () => {
    const connection = await start({ lateDeltas: 4 });
    line.server.replies.push([{ say: 'One two three four five six.', audioMs: 400, holdAt: 0.5 }]);
    connection.createResponse();
    const [audio] = await line.has('audio');
    await line.quiet();
    const heard = line.of('audio').length;
    line.server.call.beginSpeech();
    await line.has('responseDone');
    connection.truncate(audio?.itemId ?? '', 0, 60.7);
    expect(await line.has('truncated')).toMatchObject([{ itemId: audio?.itemId, contentIndex: 0, audioEndMs: 60 }]);
    expect(line.of('audio')).toHaveLength(heard);
    expect(line.server.call.items.find(({ id }) => id === audio?.itemId)).toMatchObject({ audioMs: 60 });
  });

  it('cuts no further than the reply has come', async () => {
    const connection = await start();
    line.server.replies.push([{ say: 'Yes.', audioMs: 100 }]);
    connection.createResponse();
    const [audio] = await line.has('audio');
    await line.has('responseDone');
    connection.truncate(audio?.itemId ?? '', 0, 5000);
    expect(await line.has('truncated')).toMatchObject([{ audioEndMs: 100 }]);
    expect(line.of('error')).toEqual([]);
  });

  it('drops what comes of an item after the cut, while its response goes on', async () => {
    const connection = await start();
    line.server.replies.push([
      { say: 'One two three four.', audioMs: 200, holdAt: 0.5 },
      { call: 'get_balance', args: '{}' },
    ]);
    connection.createResponse();
    const [audio] = await line.has('audio');
    await line.quiet();
    const heard = line.of('audio').length;
    connection.truncate(audio?.itemId ?? '', 0, 40);
    await line.has('truncated');
    line.server.call.release();
    await line.has('responseDone');
    expect(line.of('audio')).toHaveLength(heard);
    expect(line.of('transcriptDone')).toEqual([]);
    expect(line.of('functionCall')).toHaveLength(1);
  });

  it('closes in good order, and does nothing after that', async () => {
    const connection = await start();
    await connection.close();
    expect(line.of('closed')).toEqual([{ type: 'closed', code: 1000 }]);
    connection.appendAudio(Buffer.alloc(10));
    connection.createResponse();
    connection.truncate('item', 0, 1);
    await connection.close();
    expect(line.of('closed')).toHaveLength(1);
  });
});
