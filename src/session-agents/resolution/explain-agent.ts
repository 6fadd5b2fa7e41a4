import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';
import { type Agent, agentKey, type OverridableField } from '../agent';
import type { BaseAgents } from '../base/base-agents';
import type { SessionAgents } from '../state/session-agents';
import { MERGED_FIELDS } from './merge-agent';

/** From the bottom up: `_defaults.yaml`, the agent's own files, the experiment's variant, the session. */
export type Layer = 'default' | 'agent' | 'experiment' | 'session';

/** A value, the topmost layer that says something of it, and the session's revision that did. */
export interface ExplainedValue {
  readonly value: JsonValue;
  readonly layer: Layer;
  /** Null for what does not come from the session. */
  readonly revision: number | null;
}

export interface ExplainedField extends ExplainedValue {
  /** Each member of a field that is put together from several layers. */
  readonly members?: { readonly [name: string]: ExplainedValue };
}

export interface AgentExplanation {
  readonly agent: string;
  readonly fields: { readonly [field: string]: ExplainedField };
}

interface Contribution {
  readonly layer: Layer;
  readonly revision: number | null;
  /** Says whether the layer has something to say of a field, and of a member of it. */
  readonly value: (field: string) => JsonValue | undefined;
}

/** @param agent the agent as the session sees it */
export function explainAgent(agent: Agent, base: BaseAgents, own: SessionAgents): AgentExplanation {
  const key = agentKey(agent.name);
  const entries = Object.entries(agent) as [string, JsonValue][];
  const fields = entries.map(([field, value]) => [field, explainField(field, value, layersOf(key, field, base, own))]);
  return { agent: agent.name, fields: Object.fromEntries(fields) as AgentExplanation['fields'] };
}

/** Topmost first. The bottom one has an answer for everything. */
function layersOf(key: string, field: string, base: BaseAgents, own: SessionAgents): Contribution[] {
  const override = own.overrides.get(key)?.get(overriddenBy(field) as OverridableField);
  const custom = own.custom.get(key);
  const assignment = own.experiment?.value;
  const varied = assignment?.agent !== undefined && agentKey(assignment.agent) === key ? assignment.overrides : {};
  const bottom: Contribution[] = custom
    ? [{ layer: 'session', revision: custom.revision, value: () => null }]
    : [
        { layer: 'agent', revision: null, value: (name) => base.ownFields(key)[name] },
        { layer: 'default', revision: null, value: () => null },
      ];
  return [
    { layer: 'session', revision: override?.revision ?? null, value: () => override?.value },
    {
      layer: 'experiment',
      revision: own.experiment?.revision ?? null,
      value: (name) => (varied as JsonObject | undefined)?.[overriddenBy(name)],
    },
    ...bottom,
  ];
}

/** An override of the model holds in every mode. */
function overriddenBy(field: string): string {
  return field === 'cascadeModel' || field === 'liveModel' ? 'model' : field;
}

function explainField(field: string, value: JsonValue, layers: readonly Contribution[]): ExplainedField {
  const saying = layers.find((layer) => layer.value(field) !== undefined) as Contribution;
  const explained = { value, layer: saying.layer, revision: saying.revision };
  if (!isMerged(field) || !isJsonObject(value)) return explained;
  const members = Object.entries(value).map(([name, member]) => [name, explainMember(field, name, member, layers)]);
  return { ...explained, members: Object.fromEntries(members) as Record<string, ExplainedValue> };
}

function explainMember(field: string, name: string, value: JsonValue, layers: readonly Contribution[]): ExplainedValue {
  const saying = layers.find((layer, index) => {
    const object = layer.value(field);
    // The bottom layer says of nothing that it has it: whatever no other one has is its own.
    return index === layers.length - 1 || (isJsonObject(object) && Object.hasOwn(object, name));
  }) as Contribution;
  return { value, layer: saying.layer, revision: saying.revision };
}

/** Deep merges of `_defaults.yaml` make any object field one that several layers share. */
function isMerged(field: string): boolean {
  const merged: readonly string[] = [...MERGED_FIELDS, 'cascadeModel', 'liveModel', 'speech', 'session', 'metadata'];
  return merged.includes(field) || field === 'handoff';
}
