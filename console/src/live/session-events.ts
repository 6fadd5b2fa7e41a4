import type { Change, SessionView, Transcript } from '../api/types';

/** Something that happened between the messages of a call. */
export type SessionEvent = {
  /** Seconds since the epoch. */
  readonly at: number;
  /** Number of the last message before it. */
  readonly afterSeq: number;
} & (
  | { readonly kind: 'handoff'; readonly from: string | null; readonly to: string }
  | { readonly kind: 'interrupted' | 'resumed'; readonly epoch: number }
  | { readonly kind: 'tool'; readonly tool: string }
);

/** What a change brings, seen from the session before it. */
export function eventsOf(before: SessionView, { ops, at, messages, epoch = before.epoch }: Change): SessionEvent[] {
  const events: SessionEvent[] = [];
  const numbers = [...messages];
  let afterSeq = lastSeq(before);
  let agent = before.activeAgent;
  // The change tells where the count has come to; each interruption before its last one is one less.
  let interruptions = epoch - ops.filter((op) => op.op === 'setInterrupted' && op.value).length;
  for (const op of ops) {
    if (op.op === 'append') afterSeq = numbers.shift() ?? afterSeq;
    else if (op.op === 'setToolOutput') events.push({ kind: 'tool', at, afterSeq, tool: op.tool });
    else if (op.op === 'setActiveAgent') {
      if (agent !== op.agent) events.push({ kind: 'handoff', at, afterSeq, from: agent, to: op.agent });
      agent = op.agent;
    } else if (op.op === 'setInterrupted') {
      if (op.value) interruptions += 1;
      events.push({ kind: op.value ? 'interrupted' : 'resumed', at, afterSeq, epoch: interruptions });
    }
  }
  return events;
}

/** Those of the call so far. */
export function eventsOfTranscript({ entries }: Transcript): SessionEvent[] {
  const events: SessionEvent[] = [];
  let afterSeq = 0;
  for (const entry of entries) {
    if (entry.kind === 'message') afterSeq = entry.seq;
    else events.push({ ...entry, afterSeq });
  }
  return events;
}

/** Both in one order, each once: what came while the first were asked for may be in both. */
export function mergedEvents(first: readonly SessionEvent[], second: readonly SessionEvent[]): SessionEvent[] {
  const known = new Map([...first, ...second].map((event) => [JSON.stringify(identityOf(event)), event]));
  return [...known.values()].sort((left, right) => left.afterSeq - right.afterSeq || left.at - right.at);
}

function identityOf(event: SessionEvent): unknown[] {
  const { kind, at } = event;
  if (kind === 'handoff') return [kind, at, event.from, event.to];
  return [kind, at, kind === 'tool' ? event.tool : event.epoch];
}

function lastSeq({ history }: SessionView): number {
  return Math.max(0, ...Object.values(history).map((messages) => messages.at(-1)?.seq ?? 0));
}
