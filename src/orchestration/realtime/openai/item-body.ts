import type { JsonObject } from '../../../common/json';
import type { RealtimeItem, RealtimeResponseOptions } from '../realtime-model';
import type { Dialect } from './endpoint';
import { metadataOf } from './wire-response';

/** The `item` of a `conversation.item.create`. */
export function itemBody(item: RealtimeItem, dialect: Dialect): JsonObject {
  switch (item.type) {
    case 'message': {
      const type = item.role === 'assistant' ? assistantText(dialect) : 'input_text';
      return { type: 'message', role: item.role, content: [{ type, text: item.text }] };
    }
    case 'functionCall':
      return { type: 'function_call', call_id: item.callId, name: item.name, arguments: item.arguments };
    case 'functionResult':
      return { type: 'function_call_output', call_id: item.callId, output: item.output };
  }
}

/** The `response` of a `response.create`; the response repeats in its metadata which request it answers. */
export function responseBody({ instructions, toolChoice }: RealtimeResponseOptions, request: string): JsonObject {
  return {
    metadata: metadataOf(request),
    ...(instructions !== undefined && { instructions }),
    ...(toolChoice !== undefined && { tool_choice: toolChoice }),
  };
}

function assistantText(dialect: Dialect): string {
  return dialect === 'general' ? 'output_text' : 'text';
}
