import type { JsonObject } from '../../../common/json';
import type { ModelSettings } from '../../../session-agents';

/** Settings of an agent's model that have a name of their own in every API; what is left are the vendor's own. */
export interface ModelOptions {
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly maxTokens: number | undefined;
  readonly reasoningEffort: string | undefined;
  readonly vendor: JsonObject;
}

/** Options that servers refuse where a request has no tools. */
const OF_TOOLS: readonly string[] = ['parallel_tool_calls', 'tool_choice'];

export function modelOptions(settings: ModelSettings, hasTools: boolean): ModelOptions {
  const { deployment: _, temperature, topP, maxTokens, reasoningEffort, ...options } = settings;
  const vendor = Object.fromEntries(Object.entries(options).filter(([name]) => hasTools || !OF_TOOLS.includes(name)));
  return { temperature, topP, maxTokens, reasoningEffort, vendor };
}

/** Without the members that have no value. */
export function present(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
