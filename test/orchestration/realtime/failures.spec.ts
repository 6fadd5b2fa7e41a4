import { until } from '../../support/until';
import { RealtimeLine } from './realtime.harness';

describe('a realtime connection that fails', () => {
  let line: RealtimeLine;
  const start = async (...args: Parameters<typeof RealtimeLine.start>) => {
    line = await RealtimeLine.start(...args);
    return line.connect();
  };

  afterEach(() => line.close());

  it.each([
    ['is dropped', 1006],
    ['ends in good order, which nobody asked for', 1000],
    ['ends with an error of the model', 1011],
  ])('says once that it %s', async (_what, code) => {
    await start();
    if (code === 1006) line.server.call.drop();
    else line.server.call.closeWith(code);
    await line.has('closed');
    expect(line.of('closed')).toMatchObject([{ code, error: { code: 'model_unavailable', retryable: true } }]);
    expect(line.events.at(-1)?.type).toBe('closed');
  });

  it('breaks in the middle of a response, and another connection is made', async () => {
    await start();
    line.server.replies.push([{ say: 'One two three.', holdAt: 0.5 }], [{ say: 'Again.' }]);
    line.server.call.userSpeaks('Count.');
    await line.has('audio');
    line.server.call.drop();
    await line.has('closed');
    const again = await line.connect();
    again.addItem({ type: 'message', role: 'user', text: 'Count.' });
    again.createResponse();
    expect(await line.has('transcriptDone')).toMatchObject([{ text: 'Again.' }]);
    expect(line.server.call.items[0]).toMatchObject({ role: 'user' });
  });

  it('is found out when the model gives no sign of life', async () => {
    await start({}, { heartbeatSeconds: 0.05 });
    line.server.call.freeze();
    expect(await line.has('closed')).toMatchObject([
      { error: { code: 'model_unavailable', message: 'The model gives no sign of life.' } },
    ]);
  });

  it('is kept while the model answers heartbeats', async () => {
    const connection = await start({}, { heartbeatSeconds: 0.1 });
    await until(() => line.server.call.pings > 4);
    await connection.update({ instructions: '', tools: [], session: {} });
    expect(line.of('closed')).toEqual([]);
  });

  it('is kept while the model speaks, whether or not it answers heartbeats', async () => {
    await start({ pongs: false }, { heartbeatSeconds: 0.1 });
    const { call } = line.server;
    await until(() => {
      call.send({ type: 'rate_limits.updated', rate_limits: [] });
      return call.pings > 4;
    });
    expect(line.of('closed')).toEqual([]);
    expect(await line.has('closed')).toMatchObject([{ error: { message: 'The model gives no sign of life.' } }]);
  });

  it('is closed when too much waits for a model that reads too slowly', async () => {
    const connection = await start({}, { maxQueueBytes: 256 * 1024 });
    line.server.call.freeze();
    const second = Buffer.alloc(48_000);
    for (let sent = 0; sent < 600 && line.of('closed').length === 0; sent += 1) {
      connection.appendAudio(second);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await line.has('closed')).toMatchObject([
      { error: { code: 'model_unavailable', message: 'The model reads too slowly: too much waits for it.' } },
    ]);
  });

  it('is closed at once although the model answers nothing', async () => {
    const connection = await start();
    line.server.call.freeze();
    const before = performance.now();
    await connection.close();
    expect(performance.now() - before).toBeLessThan(3000);
    expect(line.of('closed')).toEqual([{ type: 'closed', code: 1006 }]);
  });
});
