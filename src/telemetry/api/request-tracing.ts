import {
  type Attributes,
  type Context,
  context,
  type Histogram,
  type Meter,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  METRIC_HTTP_SERVER_REQUEST_DURATION,
} from '@opentelemetry/semantic-conventions';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { endSpan } from '../parentage';
import { problemCode, requestLabels, serverAttributes, spanName } from './request-attributes';

export type HttpServer = FastifyInstance;

/** A request on its way. */
interface Traced {
  readonly span: Span;
  /** What the handler runs in. */
  readonly context: Context;
  readonly labels: Attributes;
  /** Error code that it was answered with. */
  code: string | undefined;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Its span; only there while telemetry is on, and null where routing failed. */
    traced: Traced | null;
  }
}

/** Buckets of the semantic conventions. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
/** Of a request whose client went away before the answer; an error code it has none of. */
const CLIENT_GONE = 'client_gone';

/** A server span and a duration for each request; an incoming `traceparent` is continued. */
export class RequestTracing {
  private readonly seconds: Histogram;

  constructor(
    private readonly tracer: Tracer,
    meter: Meter,
  ) {
    this.seconds = meter.createHistogram(METRIC_HTTP_SERVER_REQUEST_DURATION, {
      description: 'Duration of HTTP server requests.',
      unit: 's',
      advice: { explicitBucketBoundaries: SECONDS },
    });
  }

  watch(server: HttpServer): void {
    server.decorateRequest('traced', null);
    server.addHook('onRequest', (request, reply, done) => {
      const traced = this.start(request);
      request.traced = traced;
      // The end of the answer, or of the connection: a client that goes away must not leave a span open for ever.
      reply.raw.once('close', () => this.finish(traced, reply));
      done();
    });
    // Reading a body leaves the asynchronous context of the hooks before it, so the span becomes active after that.
    server.addHook('preValidation', (request, _reply, done) => {
      if (request.traced) context.with(request.traced.context, done);
      else done();
    });
    server.addHook('onSend', (request, reply, payload, done) => {
      if (request.traced && reply.statusCode >= 400) request.traced.code = problemCode(reply, payload);
      done();
    });
  }

  private start(request: FastifyRequest): Traced {
    const parent = propagation.extract(ROOT_CONTEXT, request.headers);
    const labels = requestLabels(request);
    const attributes = { ...labels, ...serverAttributes(request) };
    const span = this.tracer.startSpan(spanName(request), { kind: SpanKind.SERVER, attributes }, parent);
    return { span, context: trace.setSpan(parent, span), labels, code: undefined };
  }

  private finish({ span, labels, code }: Traced, reply: FastifyReply): void {
    const { writableFinished, statusCode } = reply.raw;
    const errorType = code ?? (writableFinished ? undefined : CLIENT_GONE);
    const outcome = {
      ...(writableFinished && { [ATTR_HTTP_RESPONSE_STATUS_CODE]: statusCode }),
      ...(errorType !== undefined && { [ATTR_ERROR_TYPE]: errorType }),
    };
    span.setAttributes(outcome);
    // A refusal is the client's error, not ours.
    if (statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    endSpan(span);
    this.seconds.record(reply.elapsedTime / 1000, { ...labels, ...outcome });
  }
}
