/** The parts of OTLP's JSON that the tests read, and the same in a form that is easy to compare. */

interface KeyValue {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface SentSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes?: readonly KeyValue[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status?: { readonly code?: number };
}

interface SentPoint {
  readonly attributes?: readonly KeyValue[];
  readonly count: number | string;
  readonly sum: number;
}

interface SentMetric {
  readonly name: string;
  readonly unit: string;
  readonly histogram?: { readonly dataPoints: readonly SentPoint[] };
}

interface SentResource {
  readonly attributes: readonly KeyValue[];
}

export interface Exported {
  readonly resourceSpans?: readonly {
    readonly resource: SentResource;
    readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[];
  }[];
  readonly resourceMetrics?: readonly {
    readonly resource: SentResource;
    readonly scopeMetrics: readonly { readonly metrics: readonly SentMetric[] }[];
  }[];
}

export type Attributes = Readonly<Record<string, unknown>>;

export interface SpanRecord {
  readonly name: string;
  readonly kind: 'server' | 'client' | 'other';
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly attributes: Attributes;
  readonly resource: Attributes;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly failed: boolean;
}

export interface DataPoint {
  readonly name: string;
  readonly unit: string;
  readonly attributes: Attributes;
  readonly count: number;
  readonly sum: number;
}

/** Numbers of the protocol. */
const KINDS: Readonly<Record<number, SpanRecord['kind']>> = { 2: 'server', 3: 'client' };
const STATUS_ERROR = 2;

export function spansIn({ resourceSpans = [] }: Exported): SpanRecord[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map((span) => spanOf(span, attributesOf(resource.attributes)))),
  );
}

export function dataPointsIn({ resourceMetrics = [] }: Exported): DataPoint[] {
  const metrics = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  return metrics.flatMap(({ name, unit, histogram }) =>
    (histogram?.dataPoints ?? []).map(({ attributes, count, sum }) => {
      return { name, unit, attributes: attributesOf(attributes), count: Number(count), sum };
    }),
  );
}

function spanOf(span: SentSpan, resource: Attributes): SpanRecord {
  return {
    name: span.name,
    kind: KINDS[span.kind] ?? 'other',
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId || undefined,
    attributes: attributesOf(span.attributes),
    resource,
    links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
    failed: span.status?.code === STATUS_ERROR,
  };
}

function attributesOf(list: readonly KeyValue[] = []): Attributes {
  return Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]));
}
