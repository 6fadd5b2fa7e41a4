import { deepFreeze, isJsonObject, type JsonObject, type JsonValue } from '../../common/json';
import type { Agent, AgentOverrides, ModelSettings } from '../agent';

/** The fields in which an override's members stand over those of the agent; the others replace it whole. */
export const MERGED_FIELDS = ['voice', 'model', 'templateVars'] as const;

/**
 * An agent with overrides, frozen. The same object where there are none. An override of the model holds in every mode,
 * whatever model a mode has of its own.
 */
export function mergeAgent(agent: Agent, overrides: AgentOverrides | undefined): Agent {
  if (!overrides || Object.keys(overrides).length === 0) return agent;
  const { prompt, voice, model, tools, templateVars, greeting } = overrides;
  return deepFreeze({
    ...agent,
    ...(prompt !== undefined && { prompt }),
    ...(greeting !== undefined && { greeting }),
    ...(tools !== undefined && { tools }),
    ...(voice !== undefined && { voice: { ...agent.voice, ...voice } }),
    ...(templateVars !== undefined && { templateVars: { ...agent.templateVars, ...templateVars } }),
    ...(model !== undefined && {
      model: mergedModel(agent.model, model),
      cascadeModel: agent.cascadeModel && mergedModel(agent.cascadeModel, model),
      liveModel: agent.liveModel && mergedModel(agent.liveModel, model),
    }),
  });
}

function mergedModel(base: ModelSettings, override: ModelSettings): ModelSettings {
  return { ...base, ...override };
}

/** Members of a patch over those of a value, one level deep; null takes one away. */
export function patched(value: JsonValue | undefined, patch: JsonObject): JsonObject {
  const members = new Map(isJsonObject(value) ? Object.entries(value) : []);
  for (const [name, member] of Object.entries(patch)) {
    if (member === null) members.delete(name);
    else members.set(name, member);
  }
  return Object.fromEntries(members);
}
