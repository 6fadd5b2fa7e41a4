import { expectInvalid, expectProblem } from '../support/problem';
import { onEachStore } from '../support/service';

const JSON_TYPE = { 'content-type': 'application/json' };
const LONG = 'x'.repeat(257);

onEachStore('an operation that cannot be used', (service) => {
  let id: string;
  beforeAll(async () => {
    id = await service().open();
  });
  afterAll(async () => {
    // Nothing of any refused batch was applied.
    expect((await service().get(`/v1/sessions/${id}`)).body).toMatchObject({ revision: 1, context: {}, history: {} });
  });
  const post = (body: string) => service().request('POST', `/v1/sessions/${id}/ops`, { body, headers: JSON_TYPE });

  it.each([
    ['an unknown operation', { op: 'fly' }, '/ops/0/op'],
    ['an operation of a prototype', { op: 'constructor' }, '/ops/0/op'],
    ['no name', {}, '/ops/0/op'],
    ['a name that is no text', { op: 1 }, '/ops/0/op'],
    ['an unknown field', { op: 'setInterrupted', value: true, force: 1 }, '/ops/0/force'],
    ['a missing field', { op: 'setContext', key: 'a' }, '/ops/0/value'],
    ['a wrong type', { op: 'setInterrupted', value: 'true' }, '/ops/0/value'],
    ['a wrong role', { op: 'append', agent: 'a', role: 'robot', content: '' }, '/ops/0/role'],
    ['a content that is no text', { op: 'append', agent: 'a', role: 'user', content: 1 }, '/ops/0/content'],
    ['meta that is no object', { op: 'append', agent: 'a', role: 'user', content: '', meta: [] }, '/ops/0/meta'],
    ['a time before the epoch', { op: 'append', agent: 'a', role: 'user', content: '', at: -1 }, '/ops/0/at'],
    ['a time that is text', { op: 'append', agent: 'a', role: 'user', content: '', at: '2024-01-01' }, '/ops/0/at'],
    ['null in place of a time', { op: 'append', agent: 'a', role: 'user', content: '', at: null }, '/ops/0/at'],
    ['an agent without a name', { op: 'setActiveAgent', agent: '' }, '/ops/0/agent'],
    ['a name of 257 characters', { op: 'setActiveAgent', agent: LONG }, '/ops/0/agent'],
    ['a name with a line feed', { op: 'setActiveAgent', agent: 'a\nb' }, '/ops/0/agent'],
    ['a name with the separator of the batch form', { op: 'setActiveAgent', agent: 'a\u001fb' }, '/ops/0/agent'],
    ['a name with half a surrogate pair', { op: 'setActiveAgent', agent: '\ud800' }, '/ops/0/agent'],
    ['a key with NUL', { op: 'deleteContext', key: '\u0000' }, '/ops/0/key'],
    ['a slot without a name', { op: 'setSlots', slots: { '': 1 } }, '/ops/0/slots'],
    ['slots in a list', { op: 'setSlots', slots: [] }, '/ops/0/slots'],
    ['a merge of a text', { op: 'mergeContext', key: 'a', value: 'x' }, '/ops/0/value'],
    ['a message number of 0', { op: 'truncate', seq: 0, content: '' }, '/ops/0/seq'],
    ['a broken message number', { op: 'truncate', seq: 1.5, content: '' }, '/ops/0/seq'],
    ['a message number beyond all', { op: 'truncate', seq: 2 ** 53, content: '' }, '/ops/0/seq'],
    ['negative seconds', { op: 'recordLatency', stage: 'stt', seconds: -0.001 }, '/ops/0/seconds'],
    ['seconds in a text', { op: 'recordLatency', stage: 'stt', seconds: '1' }, '/ops/0/seconds'],
    ['no seconds', { op: 'recordLatency', stage: 'stt', seconds: null }, '/ops/0/seconds'],
    ['a run without a name', { op: 'recordLatency', stage: 'stt', seconds: 1, run: '' }, '/ops/0/run'],
    ['something that is no object', 'setInterrupted', '/ops/0'],
    ['null', null, '/ops/0'],
    ['a list', [], '/ops/0'],
  ])('is refused with its path: %s', async (_name, op, path) => {
    expectInvalid(await service().apply(id, op), path);
  });

  it('is named among others', async () => {
    const good = { op: 'setContext', key: 'a', value: 1 };
    expectInvalid(await service().apply(id, good, good, { op: 'setContext', key: 7, value: 1 }), '/ops/2/key');
  });

  it('is named with the operations that there are', async () => {
    const { errors } = expectInvalid(await service().apply(id, { op: 'aPpend' }));
    for (const name of ['aPpend', 'append', 'truncate', 'recordLatency', 'setActiveAgent']) {
      expect(errors?.[0]?.message).toContain(name);
    }
  });

  it.each(['1e999', '-1e999'])('is refused with the number %s, which no number can hold', async (number) => {
    expectInvalid(await post(`{"ops":[{"op":"recordLatency","stage":"stt","seconds":${number}}]}`), '/ops/0/seconds');
    expectInvalid(await post(`{"ops":[{"op":"truncate","seq":${number},"content":""}]}`), '/ops/0/seq');
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'is refused with a field called %s',
    async (field) => {
      expectInvalid(
        await post(`{"ops":[{"op":"setInterrupted","value":true,"${field}":{"op":"x"}}]}`),
        `/ops/0/${field}`,
      );
      expectInvalid(await post(`{"ops":[{"${field}":{"op":"setInterrupted","value":true}}]}`), '/ops/0/op');
      expectInvalid(await post(`{"${field}":{"ops":[]}}`), `/${field}`);
    },
  );

  it.each([
    ['none', '{"ops":[]}', '/ops'],
    ['an object', '{"ops":{"0":{"op":"setInterrupted","value":true}}}', '/ops'],
    ['null', '{"ops":null}', '/ops'],
    ['nothing', '{}', '/ops'],
    ['a field beside them', '{"ops":[{"op":"setInterrupted","value":true}],"a/b~c":1}', '/a~1b~0c'],
  ])('is refused where a batch holds %s', async (_name, body, path) => {
    expectInvalid(await post(body), path);
  });

  it('is answered with a bounded list, however much is wrong', async () => {
    const fields = Array.from({ length: 20_000 }, (_, index) => `"f${index}":1`).join(',');
    for (const body of [`{${fields}}`, `{"ops":[{"op":"setInterrupted","value":true,${fields}}]}`]) {
      const { errors = [] } = expectProblem(await post(body), 'validation_failed');
      expect(errors.length).toBeLessThanOrEqual(32);
      expect(errors.length).toBeGreaterThan(0);
    }
  });

  it.each([
    ['too long', 'k'.repeat(129)],
    ['empty', ''],
    ['with a space', 'a b'],
    ['beyond ASCII', 'caf\u00e9'],
  ])('is refused under an Idempotency-Key that is %s', async (_name, key) => {
    const ops = [{ op: 'setContext', key: 'a', value: 1 }];
    expectInvalid(
      await service().post(`/v1/sessions/${id}/ops`, { ops }, { 'idempotency-key': key }),
      'Idempotency-Key',
    );
  });

  it('is refused under two Idempotency-Keys', async () => {
    const body = '{"ops":[{"op":"setContext","key":"a","value":1}]}';
    const answer = await service().raw(
      `POST /v1/sessions/${id}/ops HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n` +
        `Idempotency-Key: one\r\nIdempotency-Key: two\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expectInvalid(answer, 'Idempotency-Key');
  });
});
