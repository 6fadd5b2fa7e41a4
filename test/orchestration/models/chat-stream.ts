import type { JsonObject } from '../../../src/common/json';
import type { ScriptedAnswer } from './chat-server';

/** Lines of a stream of Chat Completions, as OpenAI publishes them. */
export function chunk(delta: JsonObject, finish: string | null = null): string {
  return line({ choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }], usage: null });
}

export function line(members: JsonObject): string {
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4.1' };
  return `data: ${JSON.stringify({ ...head, ...members })}\n\n`;
}

export const FIRST = chunk({ role: 'assistant', content: '', refusal: null });
export const USAGE = line({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 } });
export const DONE = 'data: [DONE]\n\n';

export const say = (text: string) => chunk({ content: text });
export const finish = (reason: string) => chunk({}, reason);

/** A piece of a tool call. */
export const callPart = (index: number, members: JsonObject) => chunk({ tool_calls: [{ index, ...members }] });

export function spoken(...words: string[]): ScriptedAnswer {
  return { steps: [FIRST, ...words.map(say), finish('stop'), USAGE, DONE] };
}
