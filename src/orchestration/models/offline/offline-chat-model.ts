import { setImmediate as turn } from 'node:timers/promises';
import type { ChatEvent, ChatModel, ChatRequest } from '../chat-model';
import { decide } from './decide';
import { openingWords } from './opening-words';

const WORDS_A_CHUNK = 3;

/**
 * Answers by rules, without a network, and the same each time: for a service that has no language model yet, and for
 * tests. It understands the words in its tables and no others.
 */
export class OfflineChatModel implements ChatModel {
  readonly name = 'offline rules (no language model)';

  async *stream(request: ChatRequest): AsyncGenerator<ChatEvent, void> {
    for (const event of eventsOf(request)) {
      // As from a network: each piece in a turn of its own, so that the caller can interrupt between two.
      await turn();
      if (request.signal.aborted) return;
      yield event;
    }
  }
}

function eventsOf(request: ChatRequest): ChatEvent[] {
  const decision = decide(request);
  const words = decision.text ? `${openingWords(request.messages)} ${decision.text}`.trim() : '';
  const text = chunksOf(words).map((chunk) => ({ type: 'text' as const, text: chunk }));
  if (decision.type === 'say') return [...text, { type: 'end', reason: 'stop' }];
  const { tool: name, arguments: values } = decision;
  const call = { id: `offline_${callsIn(request) + 1}`, name, arguments: JSON.stringify(values) };
  return [...text, { type: 'toolCall', call }, { type: 'end', reason: 'tool_calls' }];
}

function callsIn({ messages }: ChatRequest): number {
  return messages.reduce((sum, one) => sum + (one.role === 'assistant' ? (one.toolCalls?.length ?? 0) : 0), 0);
}

/** A few words each, with the blanks behind them: joined they are the text. */
function chunksOf(text: string): string[] {
  const words = text.match(/\S+\s*/g) ?? [];
  return Array.from({ length: Math.ceil(words.length / WORDS_A_CHUNK) }, (_, index) =>
    words.slice(index * WORDS_A_CHUNK, (index + 1) * WORDS_A_CHUNK).join(''),
  );
}
