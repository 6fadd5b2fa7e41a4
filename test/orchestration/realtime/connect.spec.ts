import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { IgnoredEvents } from '../../../src/orchestration/realtime/ignored-events';
import { OpenAiRealtimeModel } from '../../../src/orchestration/realtime/openai/openai-realtime-model';
import type { RealtimeScript } from '../../support/realtime/realtime-server';
import { until } from '../../support/until';
import { realtimeConfig, RealtimeLine, SETTINGS } from './realtime.harness';

describe('a connection to a realtime model', () => {
  let line: RealtimeLine;
  const start = async (...args: Parameters<typeof RealtimeLine.start>) => (line = await RealtimeLine.start(...args));

  afterEach(() => line.close());

  it('is there when the session is configured', async () => {
    await start();
    await line.connect();
    const [request] = line.server.requests;
    expect(request?.url).toBe('/v1/realtime?model=gpt-realtime');
    expect(request?.headers.authorization).toBe('Bearer the-key');
    expect(line.server.call.session).toMatchObject({
      type: 'realtime',
      instructions: 'Be brief.',
      audio: { output: { voice: 'marin' } },
      tools: [{ type: 'function', name: 'get_balance' }],
    });
  });

  it("speaks Azure's dated interface, with its names, key and shapes", async () => {
    await start({ dialect: 'dated' });
    const { url } = line.server;
    const config = realtimeConfig(url.replace('/v1/realtime', ''), {
      provider: 'azure',
      apiVersion: '2025-04-01-preview',
    });
    const model = new OpenAiRealtimeModel(config, new IgnoredEvents(new Registry()));
    line.connection = await model.connect(SETTINGS, { onEvent: (event) => void line.events.push(event) });
    const [request] = line.server.requests;
    expect(request?.url).toBe('/openai/realtime?api-version=2025-04-01-preview&deployment=gpt-realtime');
    expect(request?.headers['api-key']).toBe('the-key');
    line.server.replies.push([{ say: 'Good day.' }, { call: 'get_balance', args: '{}' }]);
    line.connection.addItem({ type: 'message', role: 'assistant', text: 'Hello.' });
    line.connection.createResponse();
    await line.has('responseDone');
    expect(line.of('transcriptDone').map(({ text }) => text)).toEqual(['Good day.']);
    expect(line.of('audio').length).toBeGreaterThan(1);
    expect(line.of('functionCall')).toMatchObject([{ name: 'get_balance', arguments: '{}' }]);
    expect(line.of('error')).toEqual([]);
  });

  it.each<[string, number, string]>([
    ['a wrong key', 401, 'model_refused'],
    ['a key that may not', 403, 'model_refused'],
    ['a deployment that is not there', 404, 'model_refused'],
    ['a rate limit', 429, 'model_unavailable'],
    ['a service that is down', 503, 'model_unavailable'],
    ['a gateway that waited too long', 504, 'model_timeout'],
  ])('is refused with the code for %s (%i)', async (_what, status, code) => {
    await start({ refusal: () => status });
    await expect(line.connect()).rejects.toMatchObject({
      code,
      message: expect.stringContaining(String(status)) as string,
    });
    expect(line.events).toEqual([]);
  });

  it('does not say the key that was wrong', async () => {
    await start({ apiKey: 'another' });
    const error: unknown = await line.connect().catch((refusal: unknown) => refusal);
    expect(error).toMatchObject({ code: 'model_refused' });
    expect(JSON.stringify(error)).not.toContain('the-key');
  });

  it.each<RealtimeScript['stalls'] & string>(['upgrade', 'session.created', 'session.updated'])(
    'waits for %s for so long and no longer',
    async (stalls) => {
      await start({ stalls }, { connectTimeoutMs: 50 });
      await expect(line.connect()).rejects.toMatchObject({ code: 'model_timeout' });
      expect(line.events).toEqual([]);
    },
  );

  it.each<RealtimeScript['stalls'] & string>(['upgrade', 'session.created', 'session.updated'])(
    'is given up at once by the signal while it waits for %s',
    async (stalls) => {
      await start({ stalls });
      const stop = new AbortController();
      const connecting = line.connect(SETTINGS, stop.signal);
      const outcome = expect(connecting).rejects.toMatchObject({ code: 'wait_aborted' });
      await until(() => line.server.requests.length === 1);
      if (stalls !== 'upgrade') await line.server.nextCall(1);
      if (stalls === 'session.updated') await until(() => line.server.call.sessions.length === 1);
      const before = performance.now();
      stop.abort();
      await outcome;
      expect(performance.now() - before).toBeLessThan(1000);
    },
  );

  it('is not begun under a signal that has come before', async () => {
    await start();
    await expect(line.connect(SETTINGS, AbortSignal.abort())).rejects.toMatchObject({ code: 'wait_aborted' });
    expect(line.server.requests).toEqual([]);
  });

  it('ends at once by the signal', async () => {
    await start();
    const stop = new AbortController();
    await line.connect(SETTINGS, stop.signal);
    stop.abort();
    const [closed] = await line.has('closed');
    expect(closed).not.toHaveProperty('error');
  });

  it('fails with what the model says against the session', async () => {
    await start();
    const settings = { ...SETTINGS, session: { secret_option: true } };
    await expect(line.connect(settings)).rejects.toMatchObject({
      code: 'model_refused',
      message: 'The model refused a request (unknown_parameter at session.secret_option).',
    });
  });

  it('fails with an error that the model begins with', async () => {
    await start({
      greeting: { type: 'error', error: { type: 'server_error', code: 'rate_limit_exceeded', message: 'secret' } },
    });
    await expect(line.connect()).rejects.toMatchObject({
      code: 'model_unavailable',
      message: 'The model could not do a request (rate_limit_exceeded).',
    });
  });

  it('fails when the model hangs up before the session is there', async () => {
    await start({ stalls: 'session.updated' });
    const connecting = line.connect();
    const outcome = expect(connecting).rejects.toMatchObject({ code: 'model_unavailable' });
    (await line.server.nextCall(1)).closeWith(1011);
    await outcome;
  });

  it('does not trip over a beginning that cannot be read', async () => {
    await start({ greeting: { type: 'session.created', event_id: 'one' } });
    const connecting = line.connect();
    const call = await line.server.nextCall(1);
    call.sendText('{');
    await connecting;
    expect(await line.has('error')).toMatchObject([{ reason: 'malformed_event' }]);
  });

  it('is configured once, however often the model says that it begins', async () => {
    await start();
    await line.connect();
    line.server.call.send({ type: 'session.created', session: {} });
    await line.connection?.update(SETTINGS);
    expect(line.server.call.sessions).toHaveLength(2);
  });

  it('says that nobody is there', async () => {
    await start();
    const nobody = createServer().listen(0, '127.0.0.1');
    await once(nobody, 'listening');
    const { port } = nobody.address() as AddressInfo;
    nobody.close();
    await once(nobody, 'close');
    const config = realtimeConfig(`ws://127.0.0.1:${port}/v1/realtime`);
    const model = new OpenAiRealtimeModel(config, new IgnoredEvents(new Registry()));
    await expect(model.connect(SETTINGS, { onEvent: () => undefined })).rejects.toMatchObject({
      code: 'model_unavailable',
      message: 'The connection to the model failed (ECONNREFUSED).',
    });
  });
});
