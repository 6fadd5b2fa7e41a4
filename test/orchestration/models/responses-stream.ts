import type { JsonObject } from '../../../src/common/json';

/** Events of a stream of the Responses API, as OpenAI publishes them. */
export function event(type: string, members: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: 1, ...members })}\n\n`;
}

const response = (members: JsonObject): JsonObject => ({
  response: {
    id: 'resp_1',
    object: 'response',
    status: 'in_progress',
    output: [],
    error: null,
    usage: null,
    ...members,
  },
});
const usage = { input_tokens: 7, output_tokens: 3, total_tokens: 10 };

export const CREATED = event('response.created', response({}));
export const COMPLETED = event('response.completed', response({ status: 'completed', usage }));

export const say = (delta: string) =>
  event('response.output_text.delta', { item_id: 'msg_1', output_index: 0, content_index: 0, delta });

export const incomplete = (reason: string) =>
  event('response.incomplete', response({ status: 'incomplete', incomplete_details: { reason }, usage }));

export const failed = (code: string, message: string) =>
  event('response.failed', response({ status: 'failed', error: { code, message } }));

export const callDelta = (index: number, delta: string) =>
  event('response.function_call_arguments.delta', { item_id: `fc_${index}`, output_index: index, delta });

export const callDone = (index: number, name: string, text: string) =>
  event('response.output_item.done', {
    output_index: index,
    item: {
      type: 'function_call',
      id: `fc_${index}`,
      call_id: `call_${index}`,
      name,
      arguments: text,
      status: 'completed',
    },
  });
