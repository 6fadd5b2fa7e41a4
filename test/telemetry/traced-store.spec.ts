import { context, metrics, type Span, trace } from '@opentelemetry/api';
import { NodeSDK, tracing } from '@opentelemetry/sdk-node';
import { ParleyError } from '../../src/common/parley-error';
import type { Receipt, SessionStore } from '../../src/store/session-store';
import { endSpan } from '../../src/telemetry/parentage';
import { StoreCalls } from '../../src/telemetry/store-calls';
import { TracedSessionStore } from '../../src/telemetry/traced-session-store';
import { ManualClock } from '../support/manual-clock';

const RECEIPT: Receipt = { revision: 3, messages: [], at: 0 };
const BATCH = { id: 'batch-1', ops: [] };

describe('a traced store', () => {
  const exporter = new tracing.InMemorySpanExporter();
  const options = { metricReaders: [], logRecordProcessors: [], autoDetectResources: false };
  const sdk = new NodeSDK({ ...options, spanProcessors: [new tracing.SimpleSpanProcessor(exporter)] });
  beforeAll(() => sdk.start());
  afterEach(() => exporter.reset());
  afterAll(() => sdk.shutdown());

  const around = (store: Partial<SessionStore>) => {
    const calls = new StoreCalls(trace.getTracer('test'), metrics.getMeter('test'), 'lmdb', new ManualClock());
    return new TracedSessionStore(store as SessionStore, calls);
  };
  const within = <T>(span: Span, work: () => T): T => context.with(trace.setSpan(context.active(), span), work);
  const only = () => {
    const spans = exporter.getFinishedSpans().filter(({ name }) => name.startsWith('parley.store.'));
    expect(spans).toHaveLength(1);
    return spans[0] as (typeof spans)[number];
  };

  it('a call in a request is its child', async () => {
    const request = trace.getTracer('test').startSpan('request');
    await within(request, () => around({ apply: async () => RECEIPT }).apply('one', BATCH));
    expect(only().parentSpanContext?.spanId).toBe(request.spanContext().spanId);
    endSpan(request);
  });

  it('a call after its request has ended is a trace of its own, with a link to it', async () => {
    const request = trace.getTracer('test').startSpan('request');
    endSpan(request);
    await within(request, () => around({ apply: async () => RECEIPT }).apply('one', BATCH));
    const write = only();
    expect(write.parentSpanContext).toBeUndefined();
    expect(write.spanContext().traceId).not.toBe(request.spanContext().traceId);
    expect(write.links.map((link) => link.context.spanId)).toEqual([request.spanContext().spanId]);
  });

  it('a store that fails marks the span as failed, and passes its error on without a word of it in the span', async () => {
    const error = new ParleyError('store_unavailable', 'secret');
    const failing = around({ load: () => Promise.reject(error) }).load('one');
    await expect(failing).rejects.toBe(error);
    const { status, attributes, events } = only();
    expect({ status, events }).toEqual({ status: { code: 2 }, events: [] });
    expect(attributes).toMatchObject({ 'parley.outcome': 'store_unavailable', 'error.type': 'store_unavailable' });
  });

  it('an answer without an agent has none in its span', async () => {
    const inEffect = { agent: null, agentsRevision: 0, experiment: null };
    await around({ create: async () => ({ ...RECEIPT, inEffect }) }).create('one', 60, BATCH);
    expect(only().attributes).not.toHaveProperty('gen_ai.agent.name');
  });

  it('subscriptions and health checks go straight to the store', async () => {
    const stop = async () => undefined;
    const store = around({ watch: async () => stop, status: async () => ({ up: true }), description: 'a store' });
    expect(await store.watch('one', () => undefined)).toBe(stop);
    expect(await store.status()).toEqual({ up: true });
    expect(store.description).toBe('a store');
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});
