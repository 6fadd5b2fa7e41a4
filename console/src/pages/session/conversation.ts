import type { Message, SessionView } from '../../api/types';
import type { SessionEvent } from '../../live/session-events';

/** A tool that was called, and what came of it. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** As the model wrote them: parsed where they are JSON. */
  readonly args: unknown;
  /** Undefined until the tool has answered. */
  readonly result: { readonly value: unknown; readonly at: number | null } | undefined;
}

export interface SaidItem {
  readonly kind: 'said';
  readonly key: string;
  readonly at: number | null;
  readonly speaker: 'caller' | 'agent' | 'system';
  readonly agent: string;
  /** What was heard. */
  readonly heard: string;
  /** The whole reply, where the caller heard less or something else. */
  readonly generated?: string;
  /** Why it was cut. */
  readonly cause?: string;
  readonly calls: readonly ToolCall[];
}

/** A result without a call: of an older service, or of a tool that runs outside of a turn. */
export interface ToolItem {
  readonly kind: 'tool';
  readonly key: string;
  readonly at: number | null;
  readonly name: string;
  /** Undefined where a later result has taken its place. */
  readonly result: { readonly value: unknown } | undefined;
}

export interface EventItem {
  readonly kind: 'event';
  readonly key: string;
  readonly at: number;
  readonly event: Exclude<SessionEvent, { readonly kind: 'tool' }>;
}

export type ConversationItem = SaidItem | ToolItem | EventItem;

interface Placed {
  readonly seq: number;
  readonly order: number;
  readonly item: ConversationItem;
}

/** The call in its order, across agents: numbers before times, because clients' clocks differ. */
export function conversationOf(session: SessionView, events: readonly SessionEvent[]): ConversationItem[] {
  const said = Object.entries(session.history).flatMap(([agent, messages]) => placedMessages(agent, messages));
  const placed = [...said, ...placedEvents(session, events, resultsOf(session))];
  return placed.sort((left, right) => left.seq - right.seq || left.order - right.order).map(({ item }) => item);
}

function placedMessages(agent: string, messages: readonly Message[]): Placed[] {
  const answered = new Set<Message>();
  return messages.flatMap((message, index) => {
    if (message.seq === 0 || answered.has(message)) return [];
    if (message.role === 'tool') return { seq: message.seq, order: 0, item: toolItem(message) };
    const calls = callsOf(message, messages.slice(index + 1), answered);
    if (message.content === '' && calls.length === 0 && generatedOf(message) === undefined) return [];
    return { seq: message.seq, order: 0, item: saidItem(agent, message, calls) };
  });
}

function saidItem(agent: string, message: Message, calls: readonly ToolCall[]): SaidItem {
  const { seq, at, role, content } = message;
  const generated = generatedOf(message);
  const cause = isObject(message.meta?.['interrupted']) ? message.meta['interrupted']['cause'] : undefined;
  return {
    kind: 'said',
    key: `message-${seq}`,
    at,
    speaker: role === 'user' ? 'caller' : role === 'assistant' ? 'agent' : 'system',
    agent,
    heard: content,
    ...(generated !== undefined && { generated }),
    ...(typeof cause === 'string' && { cause }),
    calls,
  };
}

function generatedOf({ meta, content }: Message): string | undefined {
  const generated = meta?.['generated'];
  return typeof generated === 'string' && generated !== content ? generated : undefined;
}

/** Each call has its own answer, the first that comes behind it: some models give the same ids again and again. */
function callsOf({ meta }: Message, later: readonly Message[], answered: Set<Message>): ToolCall[] {
  const calls = Array.isArray(meta?.['toolCalls']) ? (meta['toolCalls'] as unknown[]) : [];
  return calls.filter(isObject).map((call) => {
    const id = String(call['id']);
    const answer = later.find((message) => message.meta?.['toolCallId'] === id && !answered.has(message));
    if (answer) answered.add(answer);
    return {
      id,
      name: String(call['name']),
      args: parsed(call['arguments']),
      result: answer && { value: parsed(answer.content), at: answer.at },
    };
  });
}

function toolItem({ seq, at, meta, content }: Message): ToolItem {
  const name = typeof meta?.['tool'] === 'string' ? meta['tool'] : 'tool';
  return { kind: 'tool', key: `message-${seq}`, at, name, result: { value: parsed(content) } };
}

/** Tools whose results stand in the threads already, by name and the number of the result. */
function resultsOf({ history }: SessionView): ReadonlySet<string> {
  const messages = Object.values(history).flat();
  return new Set(messages.filter(({ role }) => role === 'tool').map(({ meta }) => String(meta?.['tool'])));
}

function placedEvents(session: SessionView, events: readonly SessionEvent[], told: ReadonlySet<string>): Placed[] {
  const last = new Map(events.map((event, index) => [event.kind === 'tool' ? event.tool : '', index]));
  return events.flatMap((event, index) => {
    const place = { seq: event.afterSeq, order: index + 1 };
    const key = `event-${event.kind}-${event.at}-${index}`;
    if (event.kind !== 'tool') return { ...place, item: { kind: 'event', key, at: event.at, event } };
    if (told.has(event.tool)) return [];
    // The session keeps the last result of each tool.
    const isLast = last.get(event.tool) === index && event.tool in session.toolOutputs;
    const result = isLast ? { value: session.toolOutputs[event.tool] } : undefined;
    return { ...place, item: { kind: 'tool', key, at: event.at, name: event.tool, result } };
  });
}

function parsed(text: unknown): unknown {
  if (typeof text !== 'string') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
