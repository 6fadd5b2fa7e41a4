import { type Context, context, type Link, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';

/** A span doesn't tell whether it has ended where it wasn't recorded, so this does; it keeps none of them alive. */
const ended = new WeakSet<Span>();

export function endSpan(span: Span): void {
  ended.add(span);
  span.end();
}

/** Where a new span stands. */
export interface Place {
  readonly parent: Context;
  readonly links: Link[];
}

/**
 * Below the span that is active, as long as it runs. Work goes on in the asynchronous context of whoever began it: a memo
 * that was opened in a request writes for the rest of the call. What comes after the request is a trace of its own,
 * with a link to it; otherwise one request's trace would grow for an hour.
 */
export function placeOfSpan(): Place {
  const active = context.active();
  const span = trace.getSpan(active);
  if (!span || !ended.has(span)) return { parent: active, links: [] };
  return { parent: ROOT_CONTEXT, links: [{ context: span.spanContext() }] };
}
