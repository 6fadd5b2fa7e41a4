import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreKind } from '../support/store-data';
import type { OtlpCollector } from './otlp-collector';
import { TracedService } from './traced-service';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER_SPAN = 'b7ad6b7169203331';
const TRACEPARENT = `00-${TRACE}-${CALLER_SPAN}-01`;
const UNSAMPLED = '00-11111111111111111111111111111111-2222222222222222-00';
const OPS_ROUTE = 'POST /v1/sessions/:id/ops';

/** Asks, and goes away before the whole of its body; the server says with `100 Continue` that it has begun. */
async function goAway(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write('POST /v1/sessions/gone/ops HTTP/1.1\r\nhost: parley\r\ncontent-type: application/json\r\n');
  socket.write('expect: 100-continue\r\ncontent-length: 99\r\n\r\n{');
  await once(socket, 'data');
  socket.destroy();
  // The service must have noticed before it is stopped.
  await sleep(500);
}

async function converse(service: TracedService): Promise<void> {
  await service.request('POST', '/v1/sessions', { sessionId: 'call-1' }, { traceparent: TRACEPARENT });
  const ops = [
    { op: 'setActiveAgent', agent: 'Front' },
    { op: 'append', agent: 'Front', role: 'user', content: 'hello' },
  ];
  await service.request('POST', '/v1/sessions/call-1/ops', { ops });
  await service.request('GET', '/v1/sessions/call-1');
  await service.request('GET', '/v1/sessions/absent');
  await service.request('GET', '/v1/sessions/call-1/context/absent', undefined, { traceparent: 'no-trace' });
  await service.request('POST', '/v1/sessions/refused/ops', { ops: [{ op: 'unknown' }] });
  await service.request('DELETE', '/v1/sessions/unsampled', undefined, { traceparent: UNSAMPLED });
  await service.request('GET', '/elsewhere/4711');
  await goAway(service.url);
}

describe.each<[StoreKind, string]>([
  ['embedded', 'lmdb'],
  ['redis', 'redis'],
])('traces of the service on the %s store', (store, system) => {
  let collector: OtlpCollector;
  beforeAll(async () => {
    const service = await TracedService.start(store);
    collector = service.collector;
    await converse(service);
    await service.stop();
  });
  afterAll(() => collector.stop());

  it('a request goes on with the trace that its traceparent names', () => {
    expect(collector.span('POST /v1/sessions')).toMatchObject({
      kind: 'server',
      traceId: TRACE,
      parentSpanId: CALLER_SPAN,
      failed: false,
      resource: { 'service.name': 'parley' },
    });
  });

  it('a request without a traceparent, or with one that cannot be read, begins a trace', () => {
    const fresh = collector.span('GET /v1/sessions/:id/context/:key');
    expect(fresh.parentSpanId).toBeUndefined();
    expect(fresh.traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('what a caller does not sample is not sampled here', () => {
    expect(collector.spans.filter(({ name }) => name.startsWith('DELETE') || name.endsWith('.end'))).toEqual([]);
  });

  it('a request has the attributes of the conventions, and the session', () => {
    expect(collector.span(OPS_ROUTE, { 'parley.session.id': 'call-1' }).attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/v1/sessions/:id/ops',
      'http.response.status_code': 200,
      'url.scheme': 'http',
      'server.address': '127.0.0.1',
      'server.port': expect.any(Number) as number,
      'network.protocol.version': '1.1',
      'parley.session.id': 'call-1',
      'gen_ai.conversation.id': 'call-1',
    });
  });

  it('a batch is a child of the request that brought it, with the session, its size and what came of it', () => {
    const request = collector.span(OPS_ROUTE, { 'parley.session.id': 'call-1' });
    const batch = collector.span('parley.store.apply');
    expect(batch).toMatchObject({ kind: 'client', traceId: request.traceId, parentSpanId: request.spanId });
    expect(batch.attributes).toEqual({
      'db.system.name': system,
      'db.operation.name': 'apply',
      'parley.session.id': 'call-1',
      'gen_ai.conversation.id': 'call-1',
      'gen_ai.agent.name': 'Front',
      'parley.batch.size': 2,
      'parley.revision': 2,
      'parley.outcome': 'ok',
    });
  });

  it('a request without a body has its store call as a child too', () => {
    const request = collector.span('GET /v1/sessions/:id', { 'parley.session.id': 'call-1' });
    const call = collector.span('parley.store.load', { 'parley.session.id': 'call-1' });
    expect(call.parentSpanId).toBe(request.spanId);
    expect(call.attributes).toMatchObject({ 'parley.revision': 2 });
  });

  it('a refusal has its error code, and is no failure of ours', () => {
    const refused = collector.span(OPS_ROUTE, { 'parley.session.id': 'refused' });
    expect(refused.attributes).toMatchObject({ 'error.type': 'validation_failed', 'http.response.status_code': 400 });
    expect(refused.failed).toBe(false);
  });

  it('a refusal of the store has its code on both spans', () => {
    const request = collector.span('GET /v1/sessions/:id', { 'parley.session.id': 'absent' });
    expect(request.attributes).toMatchObject({ 'error.type': 'session_not_found' });
    const call = collector.span('parley.store.load', { 'parley.session.id': 'absent' });
    expect(call.attributes).toMatchObject({ 'error.type': 'session_not_found', 'parley.outcome': 'session_not_found' });
    expect(call.failed).toBe(false);
  });

  it('a path that no route has is not in the name', () => {
    const { name, attributes } = collector.span('GET', { 'error.type': 'route_not_found' });
    expect(name).toBe('GET');
    expect(attributes).not.toHaveProperty('http.route');
  });

  it('a request whose client goes away ends, without a status', () => {
    const { attributes } = collector.span(OPS_ROUTE, { 'parley.session.id': 'gone' });
    expect(attributes).toMatchObject({ 'error.type': 'client_gone' });
    expect(attributes).not.toHaveProperty('http.response.status_code');
  });
});
