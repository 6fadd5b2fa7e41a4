import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';
import { agentKey, type OverridableField } from '../agent';
import { RECORD } from './agent-records';

/** What an older service calls an override, and what it is here. */
const FIELDS: readonly (readonly [older: string, field: OverridableField])[] = [
  ['prompt_override', 'prompt'],
  ['voice_override', 'voice'],
  ['model_override', 'model'],
  ['tool_names_override', 'tools'],
  ['template_vars_override', 'templateVars'],
  ['greeting_override', 'greeting'],
];
const MEMBERS: Readonly<Record<string, string>> = {
  deployment_id: 'deployment',
  top_p: 'topP',
  max_tokens: 'maxTokens',
  reasoning_effort: 'reasoningEffort',
  endpoint_id: 'endpointId',
};

/** Whether something is the `agent_registry` of an older service. */
export function isLegacyRegistry(value: JsonObject): boolean {
  const { agents } = value;
  if (!isJsonObject(agents)) return false;
  const members = Object.values(agents).flatMap((agent) => (isJsonObject(agent) ? Object.keys(agent) : []));
  return 'handoff_map' in value || 'active_agent' in value || members.some((name) => name.endsWith('_override'));
}

/** The records of an `agent_registry`. What is null or of another kind there was never set. */
export function recordsOfRegistry(registry: JsonObject): Map<string, JsonValue> {
  const records = new Map<string, JsonValue>();
  for (const [name, agent] of entriesOf(registry['agents'])) {
    if (isJsonObject(agent)) takeAgent(records, agentKey(name), agent);
  }
  for (const [tool, target] of entriesOf(registry['handoff_map'])) {
    if (typeof target === 'string') records.set(RECORD.handoff(tool), target);
  }
  const { experiment_id: experimentId, variant } = registry;
  if (typeof experimentId === 'string' && typeof variant === 'string') {
    records.set(RECORD.experiment, { experimentId, variant, reason: 'STATIC' });
  }
  return records;
}

function takeAgent(records: Map<string, JsonValue>, key: string, agent: JsonObject): void {
  for (const [older, field] of FIELDS) {
    const value = agent[older];
    if (value === undefined || value === null || !fits(field, value)) continue;
    records.set(RECORD.override(field, key), isJsonObject(value) && field !== 'templateVars' ? renamed(value) : value);
  }
  const count = agent['modification_count'];
  if (typeof count === 'number' && count > 0) records.set(RECORD.changed(`agent:${key}`), Math.floor(count));
}

function fits(field: OverridableField, value: JsonValue): boolean {
  if (field === 'prompt' || field === 'greeting') return typeof value === 'string';
  if (field === 'tools') return Array.isArray(value) && value.every((tool) => typeof tool === 'string');
  return isJsonObject(value);
}

function renamed(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [MEMBERS[name] ?? name, member]));
}

/** Names that would not be names here are left behind. */
function entriesOf(value: JsonValue | undefined): [string, JsonValue][] {
  return isJsonObject(value) ? Object.entries(value) : [];
}
