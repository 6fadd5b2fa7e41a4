import { type Message, type SessionState, threadMessages, type TimelineEvent } from '../store/session-state';
import type { Transcript, TranscriptEntry, TranscriptEvent, TranscriptMessage } from './transcript';

export interface TranscriptOptions {
  /** Whether the agents' instructions (system messages) are part of it; they are not unless asked for. */
  readonly prompts?: boolean;
  readonly endedAt?: number;
}

/** An entry, and where it stands: messages by their number, what happened in between behind the one before it. */
interface Placed {
  readonly seq: number;
  readonly isEvent: boolean;
  readonly entry: TranscriptEntry;
}

/** The call in the order in which the store accepted it, across agents. */
export function transcriptOf(state: SessionState, { prompts = false, endedAt }: TranscriptOptions = {}): Transcript {
  const entries = [...placedMessages(state, prompts), ...state.timeline.map(placedEvent)].sort(inOrder);
  return {
    sessionId: state.sessionId,
    startedAt: state.createdAt ?? entries.find(({ entry }) => entry.at !== null)?.entry.at ?? null,
    ...(endedAt !== undefined && { endedAt }),
    entries: entries.map(({ entry }) => entry),
  };
}

function placedMessages({ history }: SessionState, prompts: boolean): Placed[] {
  return [...history].flatMap(([agent, thread]) =>
    threadMessages(thread)
      .filter(({ role }) => prompts || role !== 'system')
      .map((message) => ({ seq: message.seq, isEvent: false, entry: messageEntry(agent, message) })),
  );
}

function messageEntry(agent: string, { seq, role, content, at, meta }: Message): TranscriptMessage {
  const generated = meta?.['generated'];
  const differs = typeof generated === 'string' && generated !== content;
  return { kind: 'message', at, seq, role, agent, content, ...(differs && { generated }) };
}

function placedEvent(event: TimelineEvent): Placed {
  return { seq: event.afterSeq, isEvent: true, entry: eventEntry(event) };
}

function eventEntry(event: TimelineEvent): TranscriptEvent {
  const { at } = event;
  switch (event.kind) {
    case 'agent':
      return { kind: 'handoff', at, from: event.from, to: event.agent };
    case 'interrupted':
      return { kind: event.value ? 'interrupted' : 'resumed', at, epoch: event.epoch };
    case 'tool':
      return { kind: 'tool', at, tool: event.tool };
  }
}

/**
 * Numbers before times: clients say when something was said, and their clocks differ. Times decide among events after
 * the same message; of equal ones the order in which the store keeps them, because sorting is stable.
 */
function inOrder(left: Placed, right: Placed): number {
  if (left.seq !== right.seq) return left.seq - right.seq;
  if (left.isEvent !== right.isEvent) return left.isEvent ? 1 : -1;
  return left.isEvent ? (left.entry.at ?? 0) - (right.entry.at ?? 0) : 0;
}
