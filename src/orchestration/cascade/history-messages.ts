import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';
import type { SessionMemory } from '../../memo';
import type { ChatMessage, ToolCall } from '../models';

/**
 * Messages of an agent's thread that its model is shown, beside the system prompt. A bound makes a turn cost the same in
 * minute 60 as in minute 1; what is older is in slots, tool outputs and the prompt made of them.
 */
export const SHOWN_MESSAGES = 40;

type MemoMessage = ReturnType<SessionMemory['getHistory']>[number];

/** An agent's thread as its model is shown it. */
export function chatMessages(memo: SessionMemory, agent: string): ChatMessage[] {
  const history = memo.getHistory(agent);
  const prompt = history[0]?.seq === 0 || history[0]?.role === 'system' ? history[0] : undefined;
  const rest = prompt ? history.slice(1) : history;
  const shown = withoutStrayResults(rest.slice(-SHOWN_MESSAGES).flatMap(shownMessages));
  return prompt ? [{ role: 'system', content: prompt.content }, ...shown] : shown;
}

/** The first reply after a handoff answers words that stand in another agent's thread: they are shown before it. */
function shownMessages(message: MemoMessage): ChatMessage[] {
  const said = saidBefore(message.meta);
  const own = shownMessage(message);
  return said === undefined ? own : [{ role: 'user', content: said }, ...own];
}

function shownMessage({ role, content, meta }: MemoMessage): ChatMessage[] {
  if (role === 'assistant') {
    const toolCalls = toolCallsOf(meta);
    return [toolCalls.length > 0 ? { role, content, toolCalls } : { role, content }];
  }
  if (role !== 'tool') return [{ role, content }];
  const toolCallId = meta?.['toolCallId'];
  return typeof toolCallId === 'string' ? [{ role, toolCallId, content }] : [];
}

/** Meta of a message that answers what the caller said to the agent before. */
export function handoffMeta(from: string, said: string): JsonObject {
  return { handoff: { from, said } };
}

function saidBefore(meta: JsonObject | undefined): string | undefined {
  const handoff = meta?.['handoff'];
  const said = isJsonObject(handoff) ? handoff['said'] : undefined;
  return typeof said === 'string' ? said : undefined;
}

function toolCallsOf(meta: JsonObject | undefined): ToolCall[] {
  const calls = meta?.['toolCalls'];
  return Array.isArray(calls) ? calls.flatMap(toolCall) : [];
}

function toolCall(value: JsonValue): ToolCall[] {
  if (!isJsonObject(value)) return [];
  const { id, name, arguments: args } = value;
  if (typeof id !== 'string' || typeof name !== 'string' || typeof args !== 'string') return [];
  return [{ id, name, arguments: args }];
}

/** Models refuse a result without its call, and a call without its result: an interruption or the bound can part them. */
function withoutStrayResults(messages: readonly ChatMessage[]): ChatMessage[] {
  const answered = new Set(messages.flatMap((message) => (message.role === 'tool' ? message.toolCallId : [])));
  const called = new Set<string>();
  return messages.flatMap((message): ChatMessage[] => {
    if (message.role === 'tool') return called.has(message.toolCallId) ? [message] : [];
    if (message.role !== 'assistant' || !message.toolCalls) return [message];
    const toolCalls = message.toolCalls.filter(({ id }) => answered.has(id));
    for (const { id } of toolCalls) called.add(id);
    const { role, content } = message;
    if (toolCalls.length > 0) return [{ role, content, toolCalls }];
    return content === '' ? [] : [{ role, content }];
  });
}
