import type { ModelSettings } from '../../session-agents';
import type { ToolSpec } from '../tools';

export type ChatMessage =
  | { readonly role: 'system' | 'user'; readonly content: string }
  | { readonly role: 'assistant'; readonly content: string; readonly toolCalls?: readonly ToolCall[] }
  | { readonly role: 'tool'; readonly toolCallId: string; readonly content: string };

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON text as the model wrote it, so it may not parse; `{}` where the model wrote nothing. */
  readonly arguments: string;
}

export interface ChatRequest {
  readonly settings: ModelSettings;
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ToolSpec[];
  /** Ends the answer at once. */
  readonly signal: AbortSignal;
}

export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export type ChatEvent =
  | { readonly type: 'text'; readonly text: string }
  /** Complete: it comes once its arguments are. */
  | { readonly type: 'toolCall'; readonly call: ToolCall }
  /** The last event of an answer that is whole. */
  | {
      readonly type: 'end';
      readonly reason: 'stop' | 'tool_calls' | 'length' | 'content_filter';
      readonly usage?: TokenUsage;
    };

/** A language model that answers one request at a time, as a stream. */
export interface ChatModel {
  /** Words for a human, such as "offline rules (no language model)". */
  readonly name: string;

  /**
   * One answer, asked for when the iteration begins; each iteration asks anew. An answer that the request's signal ends
   * has no `end` and throws nothing. Who stops iterating ends it as well.
   * @throws ParleyError from the iteration: `model_unavailable`, `model_timeout`, `model_refused`. What came before it
   * stays as it was: an answer that has begun is never begun again.
   */
  stream(request: ChatRequest): AsyncIterable<ChatEvent>;
}

/** Injection token of {@link ChatModel}. */
export const CHAT_MODEL = Symbol('CHAT_MODEL');
