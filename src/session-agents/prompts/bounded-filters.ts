import { type FilterImplOptions, filters, type Liquid } from 'liquidjs';

import { TemplateRefusal } from './template-issue';

type FilterHandler = Extract<FilterImplOptions, (...values: never[]) => unknown>;
type FilterScope = ThisParameterType<FilterHandler>;

/** Lists in lists that a filter may make: as many as data may have. */
const MAX_LIST_DEPTH = 100;

/** Take an indentation, which Liquid does not count. */
const JSON_FILTERS = ['json', 'jsonify', 'inspect'];

/**
 * Filters that read a value as an expression (`where_exp` and its like) are left out: a text from a caller must not
 * become code. The others count what they take in Liquid itself; what they give is bounded here, because a list that
 * names one long text many times is small as a list and enormous as soon as anything makes a text of it.
 */
export function boundFilters(engine: Liquid, limit: number): void {
  for (const [name, filter] of Object.entries(filters as Readonly<Record<string, FilterImplOptions>>)) {
    if (name.endsWith('_exp')) engine.unregisterFilter(name);
    else engine.registerFilter(name, bounded(name, typeof filter === 'function' ? filter : filter.handler, limit));
  }
}

function bounded(name: string, handler: FilterHandler, limit: number): FilterHandler {
  const arity = JSON_FILTERS.includes(name) ? 0 : Infinity;
  return function* (this: FilterScope, value: unknown, ...options: unknown[]): Generator<unknown, unknown, unknown> {
    const result: unknown = yield handler.apply(this, [value, ...options.slice(0, arity)]);
    const { memoryLimit, renderLimit } = this.context;
    memoryLimit.check(textLength(result, limit));
    renderLimit.check(performance.now());
    return result;
  };
}

/** Characters of a value as a text, about; stops counting beyond the limit. Other values than texts and lists are short. */
function textLength(value: unknown, limit: number, depth = 0): number {
  if (typeof value === 'string') return value.length;
  if (!Array.isArray(value)) return 1;
  if (depth === MAX_LIST_DEPTH) throw new TemplateRefusal('lists nest too deep');
  let length = value.length;
  for (const item of value) {
    if (length > limit) break;
    length += textLength(item, limit - length, depth + 1);
  }
  return length;
}
