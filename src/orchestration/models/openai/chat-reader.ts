import type { ChatCompletionChunk } from 'openai/resources/chat/completions';
import type { ChatEvent, TokenUsage } from '../chat-model';
import { filtered } from '../model-errors';
import type { AnswerReader } from '../vendor/model-api';
import { ToolCallParts } from './tool-call-parts';

type Choice = ChatCompletionChunk['choices'][number];
type EndReason = Extract<ChatEvent, { type: 'end' }>['reason'];

/**
 * Reads an answer of Chat Completions. Servers of others leave out what the types of the client promise, so nothing but
 * the chunk itself is taken for granted.
 */
export class ChatReader implements AnswerReader<ChatCompletionChunk> {
  private readonly calls = new ToolCallParts();
  private hasSpoken = false;
  private reason: EndReason | undefined;
  private usage: TokenUsage | undefined;

  get begun(): boolean {
    return this.hasSpoken || this.calls.begun;
  }

  get end(): ChatEvent | undefined {
    return this.reason && { type: 'end', reason: this.reason, ...(this.usage && { usage: this.usage }) };
  }

  read(chunk: ChatCompletionChunk): readonly ChatEvent[] {
    const { choices, usage } = chunk as Partial<ChatCompletionChunk>;
    if (usage) this.usage = { inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens };
    const choice = choices?.[0];
    if (!choice || this.reason) return [];
    const spoken = this.readDelta(choice.delta);
    return choice.finish_reason ? [...spoken, ...this.finish(choice.finish_reason)] : spoken;
  }

  /** Words with which the model refuses are words for the caller as well. */
  private readDelta(delta: Choice['delta'] | undefined): ChatEvent[] {
    for (const part of delta?.tool_calls ?? []) this.calls.add(part);
    const text = (delta?.content ?? '') + (delta?.refusal ?? '');
    if (text === '') return [];
    this.hasSpoken = true;
    return [{ type: 'text', text }];
  }

  /** Calls of an answer that was cut are incomplete themselves. */
  private finish(given: NonNullable<Choice['finish_reason']>): ChatEvent[] {
    if (given === 'content_filter' && !this.begun) throw filtered();
    if (given === 'length' || given === 'content_filter') {
      this.reason = given;
      return [];
    }
    this.reason = this.calls.begun ? 'tool_calls' : 'stop';
    return this.calls.complete().map((call) => ({ type: 'toolCall', call }));
  }
}
