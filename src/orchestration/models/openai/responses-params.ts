import type { ResponseCreateParamsStreaming, ResponseInputItem } from 'openai/resources/responses/responses';
import type { ChatMessage, ChatRequest } from '../chat-model';
import { modelOptions, present } from './model-options';
import type { ToolSpec } from '../../tools';

/** A request as the Responses API takes it. Vendor options stand below what makes the request what it is. */
export function responsesParams(
  { settings, messages, tools }: ChatRequest,
  model: string,
): ResponseCreateParamsStreaming {
  const options = modelOptions(settings, tools.length > 0);
  // Chat Completions' name for it; an agent's settings serve both.
  const { verbosity, ...vendor } = options.vendor;
  return {
    ...present({
      // The service would keep what callers say for weeks.
      store: false,
      temperature: options.temperature,
      top_p: options.topP,
      max_output_tokens: options.maxTokens,
      reasoning: options.reasoningEffort === undefined ? undefined : { effort: options.reasoningEffort },
      text: verbosity === undefined ? undefined : { verbosity },
      ...vendor,
    }),
    ...(tools.length > 0 && { tools: tools.map(toolParam) }),
    model,
    input: messages.flatMap(inputItems),
    stream: true,
  };
}

function inputItems(message: ChatMessage): ResponseInputItem[] {
  if (message.role === 'tool') {
    return [{ type: 'function_call_output', call_id: message.toolCallId, output: message.content }];
  }
  const words: ResponseInputItem[] =
    message.role === 'assistant' && message.content === '' ? [] : [{ role: message.role, content: message.content }];
  const calls = message.role === 'assistant' ? (message.toolCalls ?? []) : [];
  return [
    ...words,
    ...calls.map(({ id, name, arguments: text }) => ({
      type: 'function_call' as const,
      call_id: id,
      name,
      arguments: text,
    })),
  ];
}

/** Strict schemas are a dialect of their own; the tools' need not be in it. */
function toolParam({ name, description, parameters }: ToolSpec) {
  return { type: 'function' as const, name, description, parameters, strict: false };
}
