import { TestService } from '../support/service';
import { LiveClient } from './live-client';

const BODY_LIMIT_BYTES = 4096;
const MAX_BAD_FRAMES = 30;

describe('frames of the live channel', () => {
  let service: TestService;
  let client: LiveClient;
  beforeAll(async () => {
    service = await TestService.start('embedded', {
      BODY_LIMIT_BYTES: String(BODY_LIMIT_BYTES),
      LIVE_MAX_BAD_FRAMES: String(MAX_BAD_FRAMES),
      LIVE_MAX_SESSIONS: '3',
    });
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    client = await LiveClient.open(service);
  });
  afterEach(() => client.close());

  it('repeat the id of what they answer', async () => {
    client.send({ id: 'mine', type: 'ping' });
    const pong = await client.next('pong');
    expect(pong.id).toBe('mine');
    expect(Math.abs(pong.at - Date.now() / 1000)).toBeLessThan(60);
  });

  it.each([
    ['no JSON', 'nothing', 'malformed_json', null],
    ['half a frame', '{"id":"a"', 'malformed_json', null],
    ['no object', '["ping"]', 'validation_failed', ''],
    ['null', 'null', 'validation_failed', ''],
    ['no type', '{"id":"a"}', 'validation_failed', '/type'],
    ['a type that is none', '{"id":"a","type":"constructor"}', 'validation_failed', '/type'],
    ['a type of the service', '{"id":"a","type":"change"}', 'validation_failed', '/type'],
    ['no id', '{"type":"ping"}', 'validation_failed', '/id'],
    ['an empty id', '{"id":"","type":"ping"}', 'validation_failed', '/id'],
    ['an id that is too long', `{"id":"${'x'.repeat(65)}","type":"ping"}`, 'validation_failed', '/id'],
    ['an unknown field', '{"id":"a","type":"ping","loud":true}', 'validation_failed', '/loud'],
    ['no session', '{"id":"a","type":"attach"}', 'validation_failed', '/sessionId'],
    ['an id of no session', '{"id":"a","type":"attach","sessionId":"a b"}', 'validation_failed', '/sessionId'],
    [
      'a revision that is none',
      '{"id":"a","type":"attach","sessionId":"s","fromRevision":-1}',
      'validation_failed',
      '/fromRevision',
    ],
    ['no operations', '{"id":"a","type":"ops","sessionId":"s"}', 'validation_failed', '/ops'],
    [
      'a batch id that is none',
      '{"id":"a","type":"ops","sessionId":"s","ops":[],"batchId":"a b"}',
      'validation_failed',
      '/batchId',
    ],
  ])('with %s are refused, and the socket stays', async (_what, text, code, path) => {
    client.raw(text);
    const error = await client.next('error');
    expect(error).toMatchObject({ id: /^{"id":"a"[,}]/.test(text) ? 'a' : null, code, retryable: false });
    if (path !== null) expect(error.errors?.map((issue) => issue.path)).toContain(path);
    await client.ask('pong', { type: 'ping' });
  });

  it('are texts: others are refused', async () => {
    client.raw(Buffer.from('{"id":"a","type":"ping"}'));
    expect(await client.next('error')).toMatchObject({ id: null, code: 'malformed_json' });
  });

  it('quote nothing of what was sent', async () => {
    client.raw('{"id":"a","type":"ping","a card number 4111"');
    expect(JSON.stringify(await client.next('error'))).not.toContain('4111');
  });

  it('that cannot be understood close the socket when they are too many', async () => {
    for (let sent = 0; sent <= MAX_BAD_FRAMES; sent += 1) client.raw('?');
    expect(await client.closed).toEqual({ code: 4400, reason: 'too_many_bad_frames' });
    expect(client.frames.filter(({ type }) => type === 'error')).toHaveLength(MAX_BAD_FRAMES + 1);
  });

  it('that were understood and refused close nothing', async () => {
    for (let sent = 0; sent <= MAX_BAD_FRAMES; sent += 1) {
      await client.ask('error', { type: 'ops', sessionId: 'none', ops: [{ op: 'setInterrupted', value: true }] });
      await client.ask('error', { type: 'ops', sessionId: 'none', ops: [] });
    }
    await client.ask('pong', { type: 'ping' });
  });

  it('of any size up to the limit are taken, and larger ones close the socket', async () => {
    const frame = { id: 'a', type: 'ping' };
    client.raw(JSON.stringify(frame).padEnd(BODY_LIMIT_BYTES));
    await client.next('pong');
    client.raw(JSON.stringify(frame).padEnd(BODY_LIMIT_BYTES + 1));
    expect((await client.closed).code).toBe(1009);
  });

  it('attach to so many sessions and no more', async () => {
    const sessions = await Promise.all(Array.from({ length: 4 }, () => service.open()));
    for (const sessionId of sessions.slice(0, 3)) await client.attach(sessionId);
    const refused = await client.ask('error', { type: 'attach', sessionId: sessions[3] });
    expect(refused).toMatchObject({ code: 'too_many_attachments', retryable: false });
    await client.attach(sessions[0] as string);
    await client.ask('detached', { type: 'detach', sessionId: sessions[0] });
    await client.attach(sessions[3] as string);
  });
});
