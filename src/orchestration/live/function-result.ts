import type { ToolResult } from '../tools';

/** Models are shown no more of an output: a session of theirs holds a few minutes of talk, not documents. */
const MOST_CHARACTERS = 16 * 1024;

/** What a model is told of a call. */
export function functionResult(result: ToolResult): string {
  if (!result.ok) return JSON.stringify({ ok: false, code: result.code, message: result.message });
  const text = JSON.stringify(result.output);
  if (text.length <= MOST_CHARACTERS) return text;
  return JSON.stringify({ ok: true, message: 'It was done; the output is too long to be shown.' });
}
