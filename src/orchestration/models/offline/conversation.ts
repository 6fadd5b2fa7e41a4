import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/json';
import type { ChatMessage, ToolCall } from '../chat-model';

/** Longer than anything that is said in one breath: patterns must not work on a book. */
const MAX_CHARACTERS = 1000;

/** What the caller said, and what the model had said before it. */
export interface Exchange {
  readonly asked: string;
  readonly said: string;
}

/** A call of a tool, and what it answered. */
export interface ToolResult {
  readonly tool: string;
  readonly arguments: JsonObject;
  readonly content: string;
}

/** What the rules look at of a conversation. */
export interface Conversation {
  /** Results that nothing was said about yet, in their order. */
  readonly results: readonly ToolResult[];
  /** All results, those too. */
  readonly steps: readonly ToolResult[];
  /** Between the results before and the open ones, the oldest first: what was settled is not taken up again. */
  readonly exchanges: readonly Exchange[];
  /** Whether the caller's latest words have led to a handoff already. */
  readonly isHandedOver: boolean;
  /** Whether the caller has just come from another agent, which the agent's greeting has acknowledged. */
  readonly isArrival: boolean;
  /** What was refused before the caller was handed over and has come back, just now. */
  readonly refused: ToolResult | undefined;
  readonly prompt: string;
}

export function conversationOf(messages: readonly ChatMessage[]): Conversation {
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? (message.toolCalls ?? []) : []));
  const talk = messages.filter(({ role }) => role !== 'system');
  const prompts = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  const open = talk.findLastIndex(({ role }) => role !== 'tool') + 1;
  const settled = talk.slice(0, open === talk.length ? open : open - 1);
  const words = settled.findLastIndex(({ role }) => role === 'user');
  const before = talk.slice(0, Math.max(words, 0));
  const earlier = before.slice(0, before.findLastIndex((message) => !isSpeech(message)) + 1);
  return {
    results: resultsOf(talk.slice(open), calls),
    steps: resultsOf(talk, calls),
    exchanges: exchangesOf(settled.slice(settled.findLastIndex(({ role }) => role === 'tool') + 1)),
    isHandedOver: handedOver(talk.slice(talk.findLastIndex(({ role }) => role === 'user') + 1)),
    isArrival: before.length > 0 && (earlier.length === 0 || isHandoff(lastOf(earlier, calls)?.tool ?? '')),
    refused: refusedBefore(resultsOf(earlier, calls), earlier),
    prompt: prompts.join('\n'),
  };
}

/** What a tool answered: JSON, or its very words. */
export function outputOf({ content }: ToolResult): JsonValue {
  return parsed(content);
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

/** The reason for which a tool did not do it. */
export function reasonOf(result: ToolResult): string | undefined {
  const output = outputOf(result);
  const reason = isJsonObject(output) ? output['reason'] : undefined;
  return typeof reason === 'string' ? reason : undefined;
}

function isSpeech(message: ChatMessage): boolean {
  return message.role === 'assistant' && (message.toolCalls ?? []).length === 0;
}

function lastOf(talk: readonly ChatMessage[], calls: readonly ToolCall[]): ToolResult | undefined {
  return resultsOf(talk.slice(-1), calls)[0];
}

function refusedBefore(steps: readonly ToolResult[], talk: readonly ChatMessage[]): ToolResult | undefined {
  const [refusal, handoff] = steps.slice(-2);
  if (talk.at(-1)?.role !== 'tool' || !refusal || !handoff || !isHandoff(handoff.tool)) return undefined;
  return reasonOf(refusal) === 'not_verified' ? refusal : undefined;
}

function resultsOf(talk: readonly ChatMessage[], calls: readonly ToolCall[]): ToolResult[] {
  return talk.flatMap((message) => {
    if (message.role !== 'tool') return [];
    const call = calls.findLast(({ id }) => id === message.toolCallId);
    return [{ tool: call?.name ?? '', arguments: argumentsOf(call), content: message.content }];
  });
}

function argumentsOf(call: ToolCall | undefined): JsonObject {
  const values = parsed(call?.arguments ?? '');
  return isJsonObject(values) ? values : {};
}

function exchangesOf(talk: readonly ChatMessage[]): Exchange[] {
  return talk.flatMap(({ role, content }, index) => {
    if (role !== 'user') return [];
    const before = talk[index - 1];
    return [{ asked: before?.role === 'assistant' ? before.content : '', said: content.slice(0, MAX_CHARACTERS) }];
  });
}

function handedOver(sinceTheCaller: readonly ChatMessage[]): boolean {
  return sinceTheCaller.some(
    (message) => message.role === 'assistant' && message.toolCalls?.some(({ name }) => isHandoff(name)),
  );
}

export function isHandoff(tool: string): boolean {
  return tool.startsWith('handoff_');
}
