import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';
import { agentKey, type OverridableField } from '../agent';
import { LIMITS } from '../agent-limits';
import { AGENT_NAME } from '../base/agent-entry';
import { TOOL_PATTERN } from '../base/agent-settings';
import { RECORD } from './agent-records';
import { overrideOfOlder } from './legacy-override';

/** Ids of experiments and names of variants, as they may be set by hand. */
const EXPERIMENT_NAME = new RegExp(`^.{1,${LIMITS.nameCharacters}}$`, 'su');

/** What an older service calls an override, and what it is here. */
const FIELDS: readonly (readonly [older: string, field: OverridableField])[] = [
  ['prompt_override', 'prompt'],
  ['voice_override', 'voice'],
  ['model_override', 'model'],
  ['tool_names_override', 'tools'],
  ['template_vars_override', 'templateVars'],
  ['greeting_override', 'greeting'],
];

/** Whether something is the `agent_registry` of an older service. */
export function isLegacyRegistry(value: JsonObject): boolean {
  const { agents } = value;
  if (!isJsonObject(agents)) return false;
  const members = Object.values(agents).flatMap((agent) => (isJsonObject(agent) ? Object.keys(agent) : []));
  return 'handoff_map' in value || 'active_agent' in value || members.some((name) => name.endsWith('_override'));
}

/**
 * The records of an `agent_registry`. What is null, of another kind or wrong by the rules of today was never set. Whether
 * templates can be parsed shows where they are rendered; whether agents and tools exist, where they are used.
 */
export function recordsOfRegistry(registry: JsonObject): Map<string, JsonValue> {
  const records = new Map<string, JsonValue>();
  for (const [name, agent] of entriesOf(registry['agents'], AGENT_NAME)) {
    if (isJsonObject(agent)) takeAgent(records, agentKey(name), agent);
  }
  const handoffs = entriesOf(registry['handoff_map'], TOOL_PATTERN).filter(([, target]) => isText(target, AGENT_NAME));
  for (const [tool, target] of handoffs.slice(0, LIMITS.handoffs)) records.set(RECORD.handoff(tool), target);
  const { experiment_id: experimentId = null, variant = null } = registry;
  if (isText(experimentId, EXPERIMENT_NAME) && isText(variant, EXPERIMENT_NAME)) {
    records.set(RECORD.experiment, { experimentId, variant, reason: 'STATIC' });
  }
  return records;
}

function takeAgent(records: Map<string, JsonValue>, key: string, agent: JsonObject): void {
  for (const [older, field] of FIELDS) {
    const value = overrideOfOlder(field, agent[older] ?? null);
    if (value !== undefined) records.set(RECORD.override(field, key), value);
  }
  const count = agent['modification_count'];
  if (typeof count === 'number' && count > 0) records.set(RECORD.changed(`agent:${key}`), Math.floor(count));
}

function isText(value: JsonValue, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value);
}

/** Names that could not be names here are left behind. */
function entriesOf(value: JsonValue | undefined, names: RegExp): [string, JsonValue][] {
  return isJsonObject(value) ? Object.entries(value).filter(([name]) => names.test(name)) : [];
}
