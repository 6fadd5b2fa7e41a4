import type { FleetEntry } from './fleet-entry';

export const FLEET_SORTS = ['updatedAt', 'createdAt', 'turns', 'interruptions', 'lastLatencyMs'] as const;
export const FLEET_ORDERS = ['desc', 'asc'] as const;
export const MAX_FLEET_PAGE = 500;

/** Which sessions, and in what order. */
export interface FleetQuery {
  /** Part of the id or of the caller's id, name or telephone number; compared without case. */
  readonly search: string;
  /** In charge; the empty text: whoever it is. */
  readonly agent: string;
  /** Its id; the empty text: whatever it is. */
  readonly experiment: string;
  readonly sort: (typeof FLEET_SORTS)[number];
  readonly order: (typeof FLEET_ORDERS)[number];
}

/** Which part of them. */
export interface FleetWindow {
  readonly offset: number;
  readonly limit: number;
}

export const DEFAULT_QUERY: FleetQuery & FleetWindow = {
  ...{ search: '', agent: '', experiment: '', sort: 'updatedAt', order: 'desc' },
  ...{ offset: 0, limit: 100 },
};

/** Whether a session is among those that are asked for. */
export function matcherOf({ search, agent, experiment }: FleetQuery): (entry: FleetEntry) => boolean {
  const sought = search.toLowerCase();
  return ({ facts, words }) =>
    (agent === '' || facts.activeAgent === agent) &&
    (experiment === '' || facts.experiment?.id === experiment) &&
    words.includes(sought);
}

/** Orders sessions; by their ids where the figures are equal, so that no two change places for nothing. */
export function comparatorOf({ sort, order }: FleetQuery): (left: FleetEntry, right: FleetEntry) => number {
  const direction = order === 'asc' ? 1 : -1;
  return ({ session: left }, { session: right }) => {
    // What was never measured is less than anything that was.
    const difference = (left[sort] ?? -1) - (right[sort] ?? -1);
    if (difference !== 0) return difference * direction;
    return left.sessionId < right.sessionId ? -1 : left.sessionId > right.sessionId ? 1 : 0;
  };
}
