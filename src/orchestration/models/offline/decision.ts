import { isJsonObject, type JsonObject } from '../../../common/json';
import type { ToolSpec } from '../../tools';

/** What the rules do next. */
export type Decision =
  | { readonly type: 'say'; readonly text: string }
  /** `text` is said before. */
  | { readonly type: 'call'; readonly tool: string; readonly arguments: JsonObject; readonly text?: string };

export function say(text: string): Decision {
  return { type: 'say', text };
}

/** A handoff, with what the caller wants, where it can be passed on. */
export function handOver({ name: tool, parameters }: ToolSpec, reason: string, text?: string): Decision {
  const takesReason = isJsonObject(parameters['properties']) && 'reason' in parameters['properties'];
  const values = takesReason && reason !== '' ? { reason } : {};
  return { type: 'call', tool, arguments: values, ...(text !== undefined && { text }) };
}
