import { expectInvalid, expectProblem } from '../support/problem';
import { onEachStore, type RequestOptions } from '../support/service';

const JSON_TYPE = { 'content-type': 'application/json' };
const LIMIT = 1024 * 1024;
const MESSAGE_BYTES = 64 * 1024;
const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

onEachStore('a body that cannot be used', (service) => {
  let id: string;
  beforeAll(async () => {
    id = await service().open();
  });
  const send = (method: string, path: string, options: RequestOptions) => service().request(method, path, options);
  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = JSON_TYPE) =>
    send('POST', `/v1/sessions/${id}/ops`, { body, headers });
  const append = (content: string) => service().apply(id, { op: 'append', agent: 'a', role: 'user', content });
  const revision = async () => (await service().get<{ revision: number }>(`/v1/sessions/${id}`)).body.revision;
  const BODY_ROUTES = () =>
    [
      ['POST', '/v1/sessions'],
      ['POST', `/v1/sessions/${id}/ops`],
      ['PUT', `/v1/sessions/${id}/context/key`],
    ] as const;

  it.each(['{', '{"ops":[}', 'ops', '{"a":1}{', "{'ops':[]}", '\ufeff{}', '{"ops":[1,]}', '"\u0001"', 'NaN', ' '])(
    'refuses %j, which is not JSON, on every route',
    async (body) => {
      for (const [method, path] of BODY_ROUTES()) {
        const problem = expectProblem(await send(method, path, { body, headers: JSON_TYPE }), 'malformed_json');
        expect(problem.detail).not.toContain(body.trim() || 'nothing');
      }
    },
  );

  it.each(['null', '1', '"text"', '[]', '[{"op":"setInterrupted","value":true}]', 'true'])(
    'refuses %s, which is no object, on every route',
    async (body) => {
      for (const [method, path] of BODY_ROUTES()) {
        expectInvalid(await send(method, path, { body, headers: JSON_TYPE }), '');
      }
    },
  );

  it('refuses a missing body, with and without a content type', async () => {
    for (const [method, path] of BODY_ROUTES()) {
      expectInvalid(await send(method, path, {}), '');
      expectInvalid(await send(method, path, { headers: JSON_TYPE }), '');
    }
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', 'multipart/form-data', 'a', '/;;'])(
    'refuses the content type %s',
    async (type) => {
      for (const [method, path] of BODY_ROUTES()) {
        expectProblem(
          await send(method, path, { body: '{}', headers: { 'content-type': type } }),
          'unsupported_media_type',
        );
      }
    },
  );

  it('refuses a body without a content type', async () => {
    expectProblem(await post(new TextEncoder().encode('{"ops":[]}'), {}), 'unsupported_media_type');
  });

  it.each(['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/json;charset="utf-8"'])(
    'takes the content type %s',
    async (type) => {
      const body = '{"ops":[{"op":"setInterrupted","value":true}]}';
      expect((await post(body, { 'content-type': type })).status).toBe(200);
    },
  );

  it('refuses a body over the bound and says how large one may be', async () => {
    for (const [method, path] of BODY_ROUTES()) {
      const answer = await send(method, path, { body: ' '.repeat(LIMIT + 1), headers: JSON_TYPE });
      const { detail } = expectProblem(answer, 'body_too_large');
      expect(detail).toContain('BODY_LIMIT_BYTES');
      expect(detail).toContain(String(LIMIT));
    }
  });

  it('refuses a body that grows over the bound without saying its length first', async () => {
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    const head = `POST /v1/sessions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    expectProblem(await service().raw(head + chunk.repeat(17) + '0\r\n\r\n'), 'body_too_large');
  });

  it('takes a body of exactly the bound', async () => {
    const body = '{"ops":[{"op":"setInterrupted","value":true}]}';
    expect((await post(body.padEnd(LIMIT))).status).toBe(200);
  });

  it.each([257, 5000])('refuses %i operations in one batch', async (count) => {
    const ops = Array.from({ length: count }, () => ({ op: 'setInterrupted', value: true }));
    const { detail } = expectProblem(await service().apply(id, ...ops), 'batch_too_large');
    expect(detail).toContain('256');
  });

  it('refuses more than 256 first context keys', async () => {
    const context = Object.fromEntries(Array.from({ length: 257 }, (_, index) => [`k${index}`, index]));
    expectProblem(await service().post('/v1/sessions', { context }), 'batch_too_large');
  });

  it.each([
    ['one byte too long', 'x'.repeat(MESSAGE_BYTES + 1)],
    ['of two-byte letters', 'é'.repeat(MESSAGE_BYTES / 2) + 'x'],
    ['of three-byte letters', '日'.repeat(Math.ceil(MESSAGE_BYTES / 3))],
    ['of four-byte letters', '😀'.repeat(MESSAGE_BYTES / 4) + 'x'],
  ])('refuses a message %s', async (_name, content) => {
    const before = await revision();
    const { detail, errors } = expectProblem(await append(content), 'message_too_large');
    expect(detail).toContain(String(MESSAGE_BYTES));
    expect(errors).toMatchObject([{ path: '/ops/0/content' }]);
    expect(await revision()).toBe(before);
  });

  it.each([
    ['of 64 KiB', 'x'.repeat(MESSAGE_BYTES)],
    ['of 64 KiB in four-byte letters', '😀'.repeat(MESSAGE_BYTES / 4)],
    ['without a letter', ''],
  ])('takes a message %s', async (_name, content) => {
    expect((await append(content)).status).toBe(200);
    const path = `/v1/sessions/${id}/history/a?limit=500`;
    const { body } = await service().get<{ messages: { content: string }[] }>(path);
    expect(body.messages.at(-1)?.content === content).toBe(true);
  });

  it('refuses a system prompt and a truncation over the bound too', async () => {
    const content = 'x'.repeat(MESSAGE_BYTES + 1);
    expectProblem(await service().apply(id, { op: 'systemPrompt', agent: 'a', content }), 'message_too_large');
    expectProblem(await service().apply(id, { op: 'truncate', seq: 1, content }), 'message_too_large');
  });

  it.each([
    ['the body itself', deep(100_000)],
    ['the operations', `{"ops":${deep(100_000)}}`],
    ['an operation name', `{"ops":[{"op":${deep(100_000)}}]}`],
    ['a value', `{"ops":[{"op":"setContext","key":"k","value":${deep(100_000)}}]}`],
    ['slots', `{"ops":[{"op":"setSlots","slots":{"s":${deep(100_000)}}}]}`],
    ['meta', `{"ops":[{"op":"append","agent":"a","role":"user","content":"c","meta":{"m":${deep(100_000)}}}]}`],
    ['objects', `{"ops":[{"op":"setContext","key":"k","value":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}]}`],
  ])('refuses 100,000 levels in %s', async (_name, body) => {
    expectProblem(await post(body), 'validation_failed');
  });

  it('refuses 100,000 levels in a first context and in a context value, with their paths', async () => {
    const opening = { body: `{"context":{"a/b":${deep(100_000)}}}`, headers: JSON_TYPE };
    expectInvalid(await send('POST', '/v1/sessions', opening), '/context/a~1b');
    const setting = { body: `{"value":${deep(100_000)}}`, headers: JSON_TYPE };
    expectInvalid(await send('PUT', `/v1/sessions/${id}/context/key`, setting), '/value');
  });

  it('takes 64 levels and refuses 65', async () => {
    const value = (levels: number) => `{"ops":[{"op":"setContext","key":"deep","value":${deep(levels)}}]}`;
    expect((await post(value(64))).status).toBe(200);
    expectProblem(await post(value(65)), 'validation_failed');
  });
});
