import type { SessionView } from '../../api/types';
import type { SessionEvent } from '../../live/session-events';

/** A stretch of the call in which one agent was in charge; places are parts of its length, 0 to 1. */
export interface Stretch {
  readonly agent: string | null;
  readonly from: number;
  readonly to: number;
}

/** Something that is worth being found again. */
export interface Mark {
  readonly kind: 'interrupted' | 'handoff';
  /** Seconds since the epoch. */
  readonly at: number;
  /** In words for people. */
  readonly label: string;
  readonly place: number;
  /** Seconds since the call began. */
  readonly offset: number;
}

export interface CallLine {
  readonly stretches: readonly Stretch[];
  readonly marks: readonly Mark[];
  /** Where something was said, by whom. */
  readonly spoken: readonly { readonly place: number; readonly speaker: 'caller' | 'agent' }[];
  readonly seconds: number;
}

/** When the call began, seconds since the epoch; null where nobody has told. A client may know of words before the session. */
export function startOf(session: SessionView, events: readonly SessionEvent[]): number | null {
  const times = timesOf(session, events);
  return times.length === 0 ? null : Math.min(...times);
}

function timesOf({ createdAt, history }: SessionView, events: readonly SessionEvent[]): number[] {
  const said = Object.values(history).flatMap((messages) =>
    messages.filter(({ seq }) => seq !== 0).map(({ at }) => at),
  );
  return [createdAt, ...said, ...events.map(({ at }) => at)].filter((at) => at !== null);
}

/** The call as a line, from its beginning until now. */
export function callLineOf(session: SessionView, events: readonly SessionEvent[], now: number): CallLine {
  const messages = Object.values(session.history).flat();
  const times = timesOf(session, events);
  const start = Math.min(...times, now);
  const seconds = Math.max(1, Math.max(...times, now) - start);
  const placeOf = (at: number) => (at - start) / seconds;
  return {
    stretches: stretchesOf(session, events, placeOf),
    marks: events.flatMap((event) => {
      const { kind, at } = event;
      const place = { at, place: placeOf(at), offset: at - start };
      if (kind === 'handoff') return { kind, label: `Handoff to ${event.to}`, ...place };
      return kind === 'interrupted' ? { kind, label: `Interruption ${event.epoch}`, ...place } : [];
    }),
    spoken: messages.flatMap(({ at, role, seq }) => {
      if (at === null || seq === 0 || (role !== 'user' && role !== 'assistant')) return [];
      return { place: placeOf(at), speaker: role === 'user' ? ('caller' as const) : ('agent' as const) };
    }),
    seconds,
  };
}

function stretchesOf(
  { activeAgent }: SessionView,
  events: readonly SessionEvent[],
  placeOf: (at: number) => number,
): Stretch[] {
  const handoffs = events.filter((event) => event.kind === 'handoff');
  const stretches: Stretch[] = [];
  let from = 0;
  for (const { at, from: agent } of handoffs) {
    const to = placeOf(at);
    if (to > from) stretches.push({ agent, from, to });
    from = to;
  }
  return [...stretches, { agent: handoffs.at(-1)?.to ?? activeAgent, from, to: 1 }];
}
