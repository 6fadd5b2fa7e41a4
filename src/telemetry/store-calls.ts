import { type Attributes, type Histogram, type Meter, type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { Tracer } from '@opentelemetry/api';
import {
  ATTR_DB_OPERATION_NAME,
  ATTR_DB_SYSTEM_NAME,
  ATTR_ERROR_TYPE,
  METRIC_DB_CLIENT_OPERATION_DURATION,
} from '@opentelemetry/semantic-conventions';
import type { Clock } from '../common/clock';
import { ERROR_CATALOGUE, type ErrorCode } from '../common/error-catalogue';
import { isParleyError } from '../common/parley-error';
import { OUTCOME } from './attributes';
import { endSpan, placeOfSpan } from './parentage';

/** A call of the store: its name, what is known of it before, and what its answer tells. */
export interface StoreCall<T> {
  readonly operation: string;
  readonly attributes: Attributes;
  readonly run: () => Promise<T>;
  readonly describe?: (answer: T) => Attributes;
}

/** Buckets of the semantic conventions for database calls, and two below them: the embedded store is in this process. */
const SECONDS = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

/** A client span and a duration for each call of the store. */
export class StoreCalls {
  private readonly seconds: Histogram;

  constructor(
    private readonly tracer: Tracer,
    meter: Meter,
    private readonly system: string,
    private readonly clock: Clock,
  ) {
    this.seconds = meter.createHistogram(METRIC_DB_CLIENT_OPERATION_DURATION, {
      description: 'Duration of calls of the session store.',
      unit: 's',
      advice: { explicitBucketBoundaries: SECONDS },
    });
  }

  async trace<T>({ operation, attributes, run, describe }: StoreCall<T>): Promise<T> {
    const shared = { [ATTR_DB_SYSTEM_NAME]: this.system, [ATTR_DB_OPERATION_NAME]: operation };
    const span = this.start(operation, { ...shared, ...attributes });
    const startedMs = this.clock.monotonicMs();
    let outcome: 'ok' | ErrorCode = 'ok';
    try {
      const answer = await run();
      if (describe && span.isRecording()) span.setAttributes(describe(answer));
      return answer;
    } catch (error) {
      outcome = isParleyError(error) ? error.code : 'internal_error';
      throw error;
    } finally {
      finish(span, outcome);
      const failure = outcome === 'ok' ? {} : { [ATTR_ERROR_TYPE]: outcome };
      this.seconds.record((this.clock.monotonicMs() - startedMs) / 1000, { ...shared, ...failure });
    }
  }

  private start(operation: string, attributes: Attributes): Span {
    const { parent, links } = placeOfSpan();
    return this.tracer.startSpan(`parley.store.${operation}`, { kind: SpanKind.CLIENT, attributes, links }, parent);
  }
}

/** With the code alone: messages of errors stay out of traces. */
function finish(span: Span, outcome: 'ok' | ErrorCode): void {
  span.setAttribute(OUTCOME, outcome);
  if (outcome !== 'ok') {
    span.setAttribute(ATTR_ERROR_TYPE, outcome);
    if (!isRefusal(outcome)) span.setStatus({ code: SpanStatusCode.ERROR });
  }
  endSpan(span);
}

/** The store did what it should: it told the caller that this can't be done. */
function isRefusal(code: ErrorCode): boolean {
  const { status } = ERROR_CATALOGUE[code] as { status?: number };
  return status !== undefined && status < 500;
}
