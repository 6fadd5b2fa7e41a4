import { isJsonObject, type JsonValue } from '../../common/json';
import type { AgentRecord } from '../../store/agent-state';
import { agentKey, type AgentOverrides, type OverridableField, OVERRIDABLE_FIELDS } from '../agent';
import { MERGED_FIELDS, patched } from '../resolution/merge-agent';
import { parseRecordName, RECORD } from '../state/agent-records';
import type { ChangePlan } from './session-changes';

/** Fields to set; null clears one, and one that is absent stays. */
export type OverridePatch = { readonly [field in OverridableField]?: JsonValue };

/**
 * `merge`: members of voice, model and templateVars over those that are overridden already; null takes one away.
 * `replace`: what is given is the whole override of the field.
 */
export type PatchMode = 'merge' | 'replace';

type Records = ReadonlyMap<string, AgentRecord>;

/** @param agent the agent's name as it is known */
export function planOverride(agent: string, patch: OverridePatch, mode: PatchMode, records: Records): ChangePlan {
  const key = agentKey(agent);
  const changes = new Map<string, JsonValue>();
  for (const field of OVERRIDABLE_FIELDS) {
    const value = patch[field];
    if (value === undefined) continue;
    const name = RECORD.override(field, key);
    changes.set(name, patchedField(field, value, mode === 'merge' ? records.get(name)?.value : undefined));
  }
  return { action: 'override', agent, scope: `agent:${key}`, records: changes };
}

/** A patch as the whole of an agent's overrides: null, which takes back, has nothing to take back here. */
export function wholeOverrides(patch: OverridePatch): AgentOverrides {
  const fields = OVERRIDABLE_FIELDS.map((field) => [field, patchedField(field, patch[field] ?? null)] as const);
  return Object.fromEntries(fields.filter(([, value]) => value !== null));
}

/** The override of a field once it is patched; null where nothing is left of it. */
function patchedField(field: OverridableField, value: JsonValue, current?: JsonValue): JsonValue {
  if (!(MERGED_FIELDS as readonly string[]).includes(field) || !isJsonObject(value)) return value;
  const members = patched(current, value);
  return Object.keys(members).length > 0 ? members : null;
}

/** Takes back all overrides of one agent. */
export function planReset(agent: string, records: Records): ChangePlan {
  const key = agentKey(agent);
  const names = [...records.keys()].filter((name) => isOverrideOf(name, key));
  return { action: 'reset', agent, scope: `agent:${key}`, records: removing(names) };
}

/** Takes back all overrides and the handoff map; active agent, experiment and custom agents stay. */
export function planResetAll(records: Records): ChangePlan {
  const names = [...records.keys()].filter((name) => {
    const kind = parseRecordName(name)?.kind;
    return kind === 'override' || kind === 'handoff';
  });
  return { action: 'resetAll', scope: 'all', records: removing(names) };
}

export function isOverrideOf(name: string, key: string): boolean {
  const record = parseRecordName(name);
  return record?.kind === 'override' && record.key === key;
}

export function removing(names: readonly string[]): Map<string, JsonValue> {
  return new Map(names.map((name) => [name, null]));
}
