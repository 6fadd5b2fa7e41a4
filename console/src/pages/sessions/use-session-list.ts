import { useEffect, useState } from 'react';
import type { ConsoleError } from '../../api/console-error';
import type { FleetQuery, FleetSession, FleetSessions } from '../../api/types';
import { useLive } from '../../live/live-context';

/** What is asked for, without the window. */
export type ListQuery = Omit<FleetQuery, 'offset' | 'limit'>;

/** The part of the list that is looked at. */
export interface ListWindow {
  readonly offset: number;
  readonly limit: number;
}

export interface SessionList {
  /** Undefined until the first answer to this query. */
  readonly total: number | undefined;
  /** Undefined where the row has not been seen. */
  readonly rowAt: (index: number) => FleetSession | undefined;
  readonly error: ConsoleError | undefined;
}

interface Seen {
  /** The query that it answers. */
  readonly key: string;
  readonly total: number | undefined;
  readonly rows: ReadonlyMap<number, FleetSession>;
  readonly error: ConsoleError | undefined;
}

/** Rows that are kept beside those in the window: they are shown at once when somebody scrolls back. */
const MOST_ROWS = 2_000;

/** The list as the service pushes it: the window always as it is, the rest as it was last seen. */
export function useSessionList(query: ListQuery, { offset, limit }: ListWindow): SessionList {
  const live = useLive();
  const key = JSON.stringify(query);
  const [seen, setSeen] = useState<Seen>(() => nothingOf(key));
  useEffect(() => {
    const asked: FleetQuery = { ...(JSON.parse(key) as ListQuery), offset, limit };
    const change = (next: (before: Seen) => Seen) =>
      setSeen((before) => next(before.key === key ? before : nothingOf(key)));
    return live.watchSessions(asked, {
      onSessions: (sessions) => change((before) => withWindow(before, sessions, offset)),
      onRefused: (error) => change((before) => ({ ...before, error })),
    });
  }, [live, key, offset, limit]);
  const { total, rows, error } = seen.key === key ? seen : nothingOf(key);
  return { total, rowAt: (index) => rows.get(index), error };
}

function nothingOf(key: string): Seen {
  return { key, total: undefined, rows: new Map(), error: undefined };
}

function withWindow({ key, rows: before }: Seen, { total, sessions }: FleetSessions, offset: number): Seen {
  const kept = before.size > MOST_ROWS ? [] : [...before].filter(([index]) => index < total);
  return {
    key,
    total,
    rows: new Map([...kept, ...sessions.map((row, at) => [offset + at, row] as const)]),
    error: undefined,
  };
}
