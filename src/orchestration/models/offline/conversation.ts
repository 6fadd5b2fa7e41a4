import type { ChatMessage, ToolCall } from '../chat-model';

/** Longer than anything that is said in one breath: patterns must not work on a book. */
const MAX_CHARACTERS = 1000;

/** What the caller said, and what the model had said before it. */
export interface Exchange {
  readonly asked: string;
  readonly said: string;
}

export interface ToolResult {
  readonly tool: string;
  readonly content: string;
}

/** What the rules look at of a conversation. */
export interface Conversation {
  /** Results that nothing was said about yet, in their order. */
  readonly results: readonly ToolResult[];
  /** Since the last result, the oldest first: what was settled before is not taken up again. */
  readonly exchanges: readonly Exchange[];
  /** Whether the caller's latest words have led to a handoff already. */
  readonly isHandedOver: boolean;
  readonly prompt: string;
  /** Calls that were made so far. */
  readonly calls: number;
}

export function conversationOf(messages: readonly ChatMessage[]): Conversation {
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? (message.toolCalls ?? []) : []));
  const talk = messages.filter(({ role }) => role !== 'system');
  const prompts = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  return {
    results: openResults(talk, calls),
    exchanges: exchangesOf(talk.slice(talk.findLastIndex(({ role }) => role === 'tool') + 1)),
    isHandedOver: handedOver(talk.slice(talk.findLastIndex(({ role }) => role === 'user') + 1)),
    prompt: prompts.join('\n'),
    calls: calls.length,
  };
}

function openResults(talk: readonly ChatMessage[], calls: readonly ToolCall[]): ToolResult[] {
  return talk.slice(talk.findLastIndex(({ role }) => role !== 'tool') + 1).flatMap((message) => {
    if (message.role !== 'tool') return [];
    const call = calls.findLast(({ id }) => id === message.toolCallId);
    return [{ tool: call?.name ?? '', content: message.content }];
  });
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
