import type { FleetChange } from './fleet-directory';
import type { FleetEntry } from './fleet-entry';
import { comparatorOf, type FleetQuery, type FleetWindow, matcherOf } from './fleet-query';
import type { FleetSession } from './fleet-session';

/** A part of the sessions that a query finds. */
export interface FleetPage {
  /** All that it finds. */
  readonly total: number;
  readonly sessions: readonly FleetSession[];
}

/** The sessions that a query finds, kept in order: a change costs two searches, however many sessions there are. */
export class FleetView {
  private readonly found: FleetEntry[];
  private readonly matches: (entry: FleetEntry) => boolean;
  private readonly compare: (left: FleetEntry, right: FleetEntry) => number;

  constructor(query: FleetQuery, entries: Iterable<FleetEntry>) {
    this.matches = matcherOf(query);
    this.compare = comparatorOf(query);
    this.found = [...entries].filter(this.matches).sort(this.compare);
  }

  page({ offset, limit }: FleetWindow): FleetPage {
    const entries = this.found.slice(offset, offset + limit);
    return { total: this.found.length, sessions: entries.map(({ session }) => session) };
  }

  /** Whether anything has changed here. */
  change({ before, after }: FleetChange): boolean {
    const leaving = before && this.matches(before) ? before : undefined;
    const coming = after && this.matches(after) ? after : undefined;
    if (leaving) this.found.splice(this.placeOf(leaving), 1);
    if (coming) this.found.splice(this.placeOf(coming), 0, coming);
    return leaving !== undefined || coming !== undefined;
  }

  /** Where an entry stands, or would. */
  private placeOf(entry: FleetEntry): number {
    let [low, high] = [0, this.found.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare(this.found[middle] as FleetEntry, entry) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
