import type { Change, ChangedOp, Message, SessionView } from '../api/types';

type OpOf<K extends string> = Extract<ChangedOp, { op: K }>;
type Json = SessionView['context'];

const ACTIVE_AGENT_KEY = 'active_agent';
const INTERRUPTED_KEY = 'tts_interrupted';

/** A session after a change, as the service would answer it now. Parts that have not changed stay the same objects. */
export function applyChange(session: SessionView, change: Change): SessionView {
  const numbers = [...change.messages];
  const changed = change.ops.reduce((state, op) => applyOp(state, op, change.at, numbers), session);
  const { context } = changed;
  return {
    ...changed,
    revision: change.revision,
    updatedAt: change.at,
    epoch: change.epoch ?? changed.epoch,
    activeAgent: typeof context[ACTIVE_AGENT_KEY] === 'string' ? context[ACTIVE_AGENT_KEY] : null,
    interrupted: context[INTERRUPTED_KEY] === true,
  };
}

function applyOp(session: SessionView, op: ChangedOp, at: number, numbers: number[]): SessionView {
  switch (op.op) {
    case 'append':
      return append(session, op, numbers.shift() ?? 0, at);
    case 'truncate':
      return cut(session, op.seq, op.content, op.cause);
    case 'clearHistory':
      return { ...session, history: op.agent === undefined ? {} : without(session.history, op.agent) };
    case 'systemPrompt':
      return systemPrompt(session, op, at);
    case 'setContext':
      return withContext(session, op.key, op.value);
    case 'mergeContext':
      return withContext(session, op.key, merged(session.context[op.key], op.value));
    case 'deleteContext':
      return { ...session, context: without(session.context, op.key) };
    case 'setSlots':
      return { ...session, slots: { ...session.slots, ...op.slots } };
    case 'setToolOutput':
      return { ...session, toolOutputs: { ...session.toolOutputs, [op.tool]: op.output } };
    case 'setInterrupted':
      return setInterrupted(session, op);
    case 'setActiveAgent':
      return withContext(session, ACTIVE_AGENT_KEY, op.agent);
    default:
      // Latency, playback, leases and agents have routes of their own.
      return session;
  }
}

function append(session: SessionView, op: OpOf<'append'>, seq: number, now: number): SessionView {
  const { agent, role, content, at, meta } = op;
  const message: Message = { seq, role, content, at: at ?? now, ...(meta && { meta }) };
  return withThread(session, agent, [...(session.history[agent] ?? []), message]);
}

function systemPrompt(session: SessionView, { agent, content }: OpOf<'systemPrompt'>, at: number): SessionView {
  const [first, ...rest] = session.history[agent] ?? [];
  // The first message is replaced where it is a prompt already, however it came there.
  const others = first === undefined ? [] : first.role === 'system' ? rest : [first, ...rest];
  return withThread(session, agent, [{ seq: 0, role: 'system', content, at }, ...others]);
}

function setInterrupted(session: SessionView, { value, cause, spoken }: OpOf<'setInterrupted'>): SessionView {
  const told = withContext(session, INTERRUPTED_KEY, value);
  if (!spoken) return told;
  return cut(told, spoken.seq, spoken.content ?? spoken.characters ?? 0, cause ?? null);
}

/** @param cause undefined where nothing tells of an interruption */
function cut(session: SessionView, seq: number, heard: string | number, cause?: string | null): SessionView {
  const history = Object.entries(session.history).map(([agent, messages]) => {
    const index = messages.findIndex((message) => message.seq === seq);
    const message = messages[index];
    return [agent, message ? messages.with(index, cutMessage(message, heard, cause)) : messages] as const;
  });
  return { ...session, history: Object.fromEntries(history) };
}

function cutMessage(message: Message, heard: string | number, cause: string | null | undefined): Message {
  const { generated: before, interrupted: _earlier, ...meta } = message.meta ?? {};
  const generated = typeof before === 'string' ? before : message.content;
  const content = typeof heard === 'string' ? heard : firstCharacters(generated, heard);
  const interrupted = cause === undefined ? {} : { interrupted: { cause, offset: content.length } };
  return { ...message, content, meta: { ...meta, generated, ...interrupted } };
}

/** Half a surrogate pair is no character. */
function firstCharacters(text: string, count: number): string {
  const last = text.charCodeAt(count - 1);
  const splits = count < text.length && last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splits ? count - 1 : count);
}

function withThread(session: SessionView, agent: string, messages: Message[]): SessionView {
  return { ...session, history: { ...session.history, [agent]: messages } };
}

function withContext(session: SessionView, key: string, value: unknown): SessionView {
  return { ...session, context: { ...session.context, [key]: value } };
}

/** One level deep; anything but an object is replaced. */
function merged(base: unknown, patch: Json): unknown {
  const isObject = typeof base === 'object' && base !== null && !Array.isArray(base);
  return isObject ? { ...base, ...patch } : patch;
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}
