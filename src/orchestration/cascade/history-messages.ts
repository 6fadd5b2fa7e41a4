import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';
import type { SessionMemory } from '../../memo';
import type { ChatMessage, ToolCall } from '../models';

/**
 * Messages of an agent's thread that its model is shown, beside the system prompt. A bound makes a turn cost the same in
 * minute 60 as in minute 1; what is older is in slots, tool outputs and the prompt made of them.
 */
export const SHOWN_MESSAGES = 40;

type MemoMessage = ReturnType<SessionMemory['lastMessages']>[number];

/** An agent's thread as its model is shown it. */
export function chatMessages(memo: SessionMemory, agent: string): ChatMessage[] {
  const prompt = memo.systemPrompt(agent);
  const shown = wellFormed(memo.lastMessages(agent, SHOWN_MESSAGES).flatMap(shownMessages));
  return prompt === undefined ? shown : [{ role: 'system', content: prompt }, ...shown];
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

/**
 * Models refuse a result without its call, and a call without its result right behind it: an interruption or the bound can
 * part them. Ids are compared within one answer alone, because some models give the same ones again and again.
 */
function wellFormed(messages: readonly ChatMessage[]): ChatMessage[] {
  const formed: ChatMessage[] = [];
  for (let index = 0; index < messages.length; index += 1) {
    const message = messages[index] as ChatMessage;
    if (message.role === 'assistant') formed.push(...withResults(message, resultsBehind(messages, index)));
    else if (message.role !== 'tool') formed.push(message);
  }
  return formed;
}

type Result = Extract<ChatMessage, { role: 'tool' }>;

/** The results that follow a message at once, by the ids of their calls. */
function resultsBehind(messages: readonly ChatMessage[], index: number): ReadonlyMap<string, Result> {
  const results = new Map<string, Result>();
  for (const message of messages.slice(index + 1)) {
    if (message.role !== 'tool') break;
    results.set(message.toolCallId, message);
  }
  return results;
}

function withResults(
  { role, content, toolCalls = [] }: Extract<ChatMessage, { role: 'assistant' }>,
  results: ReadonlyMap<string, Result>,
): ChatMessage[] {
  const answered = new Map(toolCalls.filter(({ id }) => results.has(id)).map((call) => [call.id, call]));
  if (answered.size === 0) return content === '' ? [] : [{ role, content }];
  const given = [...results.values()].filter(({ toolCallId }) => answered.has(toolCallId));
  return [{ role, content, toolCalls: [...answered.values()] }, ...given];
}
