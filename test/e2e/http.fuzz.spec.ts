import fc from 'fast-check';
import { ERROR_CATALOGUE } from '../../src/common/error-catalogue';
import { OP_SCHEMAS } from '../../src/store/ops';
import { runProperty } from '../support/property';
import type { Answer } from '../support/service';
import { onEachStore } from '../support/service';

const oddKey = fc.constantFrom(
  '__proto__',
  'constructor',
  'op',
  'ops',
  'value',
  'agent',
  'key',
  'toString',
  'a\u001fb',
);
const anyJson = fc.jsonValue({ maxDepth: 3 });
const oddObject = fc.dictionary(fc.oneof(oddKey, fc.string()), anyJson);

/** Operations whose fields are of the right names and of any type. */
const nearlyOp = fc.record(
  {
    op: fc.oneof(fc.constantFrom(...Object.keys(OP_SCHEMAS)), fc.string(), anyJson),
    agent: fc.oneof(fc.constant('Front'), anyJson),
    role: fc.oneof(fc.constant('user'), anyJson),
    content: fc.oneof(fc.string(), anyJson),
    key: fc.oneof(fc.string(), oddKey, anyJson),
    value: fc.oneof(anyJson, oddObject),
    slots: fc.oneof(oddObject, anyJson),
    seq: fc.oneof(fc.integer(), fc.double(), anyJson),
    seconds: fc.oneof(fc.double(), anyJson),
    stage: fc.oneof(fc.constant('stt'), anyJson),
    meta: fc.oneof(oddObject, anyJson),
    at: fc.oneof(fc.double(), anyJson),
  },
  { requiredKeys: ['op'] },
);
const body = fc.oneof(
  fc.record({ ops: fc.array(nearlyOp, { maxLength: 4 }) }).map((value) => JSON.stringify(value)),
  fc.oneof(oddObject, anyJson).map((value) => JSON.stringify(value)),
  fc.record({ value: anyJson }).map((value) => JSON.stringify(value)),
  fc
    .record({ email: anyJson, clientId: anyJson, ttlSeconds: anyJson, context: oddObject }, { requiredKeys: [] })
    .map((value) => JSON.stringify(value)),
  fc.string(),
);
const segment = fc.oneof(
  fc.constantFrom('v1', 'sessions', 'ops', 'context', 'history', 'latency', 'SESSION', 'a', '', '.', '%', '%00', '%ff'),
  fc.string({ unit: fc.constantFrom(...'abc%2F.:_-~!*()\'"<>[]{}|\\^`;=+,@&$#?'.split('')), maxLength: 12 }),
);
const path = fc.oneof(
  fc.array(segment, { maxLength: 6 }).map((segments) => `/${segments.join('/')}`),
  fc.constantFrom('/v1/sessions', '/v1/sessions/SESSION/ops', '/v1/sessions/SESSION', '/v1/sessions/SESSION/latency'),
  segment.map((key) => `/v1/sessions/SESSION/context/${key}`),
  segment.map((query) => `/v1/sessions/SESSION/history/Front?after=${query}&limit=${query}`),
  segment.map((query) => `/v1/sessions?cursor=${query}&limit=3`),
);
const method = fc.constantFrom(
  'GET',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'QUERY',
  'get',
  'X',
);
const headers = fc.record(
  {
    'content-type': fc.constantFrom('application/json', 'text/plain', 'application/json;charset=latin1', ';', 'a/b'),
    'idempotency-key': fc.string({ maxLength: 10 }).map((text) => text.replace(/[^\x20-\x7e]/g, '?')),
    expect: fc.constant('x'),
    authorization: fc.constantFrom('Bearer x', 'Basic', ''),
  },
  { requiredKeys: [] },
);

/** Requests that mean a route, with what it takes or nearly so. */
const validOp = fc.oneof(
  fc.record({
    op: fc.constant('append'),
    agent: fc.constant('Front'),
    role: fc.constant('user'),
    content: fc.string(),
  }),
  fc.record({
    op: fc.constant('mergeContext'),
    key: oddKey.filter((key) => !key.includes('\u001f')),
    value: oddObject,
  }),
  fc.record({ op: fc.constant('setToolOutput'), tool: fc.constant('t'), output: anyJson }),
  fc.record({
    op: fc.constant('recordLatency'),
    stage: fc.constant('stt'),
    seconds: fc.double({ min: 0, noNaN: true }),
  }),
);
const aimed = fc.oneof(
  fc.record({
    method: fc.constant('POST'),
    path: fc.constant('/v1/sessions/SESSION/ops'),
    headers: fc.constant({ 'content-type': 'application/json' }),
    body: fc
      .array(fc.oneof({ arbitrary: validOp, weight: 5 }, nearlyOp), { maxLength: 3 })
      .map((ops) => JSON.stringify({ ops })),
  }),
  fc.record({
    method: fc.constantFrom('GET', 'DELETE'),
    path: fc.constantFrom(
      '/v1/sessions',
      '/v1/sessions/SESSION',
      '/v1/sessions/SESSION/history/Front',
      '/v1/sessions/SESSION/context/op',
    ),
    headers: fc.constant({}),
    body: fc.constant(''),
  }),
);
const wild = fc.record({ method, path, headers, body });

/** An answer is a success, or a refusal that says its code and is not our own fault. */
function expectAnswered(answer: Answer, method: string): void {
  if (answer.status >= 100 && answer.status < 400) return;
  if (method === 'HEAD') return void expect(answer.status).toBeLessThan(500);
  const { code } = (answer.body ?? {}) as { code?: keyof typeof ERROR_CATALOGUE };
  const known = code !== undefined && code in ERROR_CATALOGUE && code !== 'internal_error';
  expect({ status: answer.status, text: answer.text, known }).toMatchObject({ known: true });
}

onEachStore('any request whatever', (service) => {
  it('is answered with success or with a code, and never with a fault of ours', async () => {
    let id = await service().open();
    let served = 0;
    const property = fc.asyncProperty(fc.oneof(wild, aimed), async (request) => {
      const { method: verb, headers: fields, body: content } = request;
      const url = request.path.replace('SESSION', id).replace(/[\s#]/g, '_');
      const length = { 'content-length': String(Buffer.byteLength(content)) };
      const fetched = await service().rawRequest(verb, url, { ...length, ...fields }, content);
      expectAnswered(fetched, verb);
      if (fetched.status < 300) served += 1;
      if (verb === 'DELETE' && fetched.status === 204) id = await service().open();
    });
    await runProperty('any request is answered with a code', property, { numRuns: 1500 });
    // Requests that are refused at the door alone would prove little.
    expect(served).toBeGreaterThan(150);
    expect((await service().get('/health/ready')).status).toBe(200);
  });

  it('even if it is not HTTP', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 200 }).map((array) => Buffer.from(array).toString('latin1')),
      fc.string({ minLength: 1 }).map((line) => `${line}\r\n\r\n`),
    );
    const property = fc.asyncProperty(bytes, async (text) => {
      const answer = await service().raw(`${text}\r\n\r\n`, { half: true });
      // A connection that said nothing at all is closed without an answer.
      if (!Number.isNaN(answer.status)) expectAnswered(answer, 'RAW');
    });
    await runProperty('anything on the socket is answered with a code', property, { numRuns: 300 });
    expect((await service().get('/health/ready')).status).toBe(200);
  });
});
