import type { FleetSort } from '../../api/types';
import type { ListQuery, ListWindow } from './use-session-list';

/** By what the service can sort, in words for people. */
export const SORTS: readonly { readonly value: FleetSort; readonly label: string }[] = [
  { value: 'updatedAt', label: 'Last change' },
  { value: 'createdAt', label: 'Start' },
  { value: 'turns', label: 'Turns' },
  { value: 'interruptions', label: 'Interruptions' },
  { value: 'lastLatencyMs', label: 'Last latency' },
];

/** Changes of the list in its address; what is empty is left out. */
export function withPart(params: URLSearchParams, name: keyof ListQuery, value: string): URLSearchParams {
  const changed = new URLSearchParams(params);
  if (value === '') changed.delete(name);
  else changed.set(name, value);
  return changed;
}

/** What the address asks for; whatever is not understood is as if it were absent. */
export function queryOf(params: URLSearchParams): Required<ListQuery> {
  const sort = SORTS.find(({ value }) => value === params.get('sort'))?.value ?? 'createdAt';
  return {
    search: params.get('search') ?? '',
    agent: params.get('agent') ?? '',
    experiment: params.get('experiment') ?? '',
    sort,
    order: params.get('order') === 'asc' ? 'asc' : 'desc',
  };
}

/** Windows begin at multiples of this, so that a little scrolling asks for nothing new. */
const STEP = 50;
const MOST_ROWS = 500;

/** The window that holds the rows from the first to the last that are in view, and some around them. */
export function windowAround(first: number, last: number): ListWindow {
  const offset = Math.max(0, Math.floor(first / STEP) * STEP - STEP);
  const end = (Math.floor(last / STEP) + 2) * STEP;
  return { offset, limit: Math.min(end - offset, MOST_ROWS) };
}
