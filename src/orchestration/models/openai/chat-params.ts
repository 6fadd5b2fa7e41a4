import type {
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import type { ChatMessage, ChatRequest, ToolCall } from '../chat-model';
import { modelOptions, present } from './model-options';
import type { ToolSpec } from '../../tools';

/** OpenAI's reasoning models refuse the older name, and servers of others ignore the newer one. */
export type MaxTokensName = 'max_completion_tokens' | 'max_tokens';

/** A request as Chat Completions takes it. Vendor options stand below what makes the request what it is. */
export function chatParams(
  { settings, messages, tools }: ChatRequest,
  model: string,
  maxTokensName: MaxTokensName,
): ChatCompletionCreateParamsStreaming {
  const options = modelOptions(settings, tools.length > 0);
  return {
    ...present({
      stream_options: { include_usage: true },
      temperature: options.temperature,
      top_p: options.topP,
      [maxTokensName]: options.maxTokens,
      reasoning_effort: options.reasoningEffort,
      ...options.vendor,
    }),
    ...(tools.length > 0 && { tools: tools.map(toolParam) }),
    model,
    messages: messages.map(messageParam),
    stream: true,
  };
}

function messageParam(message: ChatMessage): ChatCompletionMessageParam {
  switch (message.role) {
    case 'tool':
      return { role: 'tool', tool_call_id: message.toolCallId, content: message.content };
    case 'assistant':
      if (!message.toolCalls?.length) return { role: 'assistant', content: message.content };
      // Words beside calls are the exception: none are null, as the model wrote it.
      return { role: 'assistant', content: message.content || null, tool_calls: message.toolCalls.map(callParam) };
    default:
      return { role: message.role, content: message.content };
  }
}

function callParam({ id, name, arguments: text }: ToolCall) {
  return { id, type: 'function' as const, function: { name, arguments: text } };
}

function toolParam({ name, description, parameters }: ToolSpec) {
  return { type: 'function' as const, function: { name, description, parameters } };
}
