import { isJsonObject, type JsonValue } from '../../common/json';
import { ParleyError } from '../../common/parley-error';
import { type AgentRecord, type AgentState, LEGACY_REGISTRY } from '../../store/agent-state';
import type { Agent, AgentOverrides, OverridableField } from '../agent';
import { parseRecordName, RECORD, type RecordName, type Scope } from './agent-records';
import { recordsOfRegistry } from './legacy-registry';

/** How a session came to its variant, in the terms of OpenFeature. */
export type AssignmentReason = 'SPLIT' | 'STATIC';

/** A session's part in an experiment, with all that it needs of it: it goes on when the experiment is changed. */
export interface Assignment {
  readonly experimentId: string;
  readonly variant: string;
  readonly reason: AssignmentReason;
  /** Whom the variant changes; absent where it is a mere tag. */
  readonly agent?: string;
  readonly overrides?: AgentOverrides;
}

/** A value, and the session's revision that set it. */
export interface Revised<T> {
  readonly value: T;
  readonly revision: number;
}

export type OverrideRecords = ReadonlyMap<OverridableField, Revised<JsonValue>>;

/** A session's own agents, taken apart by what they mean. */
export interface SessionAgents {
  /** By {@link agentKey}. */
  readonly overrides: ReadonlyMap<string, OverrideRecords>;
  readonly custom: ReadonlyMap<string, Revised<Agent>>;
  readonly handoffs: ReadonlyMap<string, Revised<string>>;
  readonly experiment: Revised<Assignment> | undefined;
}

/** The records as they count: those of an older service in today's form. */
export function recordsOf({ records }: AgentState): ReadonlyMap<string, AgentRecord> {
  const registry = records.get(LEGACY_REGISTRY)?.value;
  if (!isJsonObject(registry)) return records;
  const adopted = [...recordsOfRegistry(registry)].map(([name, value]) => [name, { value, revision: 0 }] as const);
  const own = [...records].filter(([name]) => name !== LEGACY_REGISTRY);
  return new Map([...adopted, ...own]);
}

export function sessionAgentsOf(records: ReadonlyMap<string, AgentRecord>): SessionAgents {
  const overrides = new Map<string, Map<OverridableField, Revised<JsonValue>>>();
  const custom = new Map<string, Revised<Agent>>();
  const handoffs = new Map<string, Revised<string>>();
  let experiment: Revised<Assignment> | undefined;
  for (const [name, record] of records) {
    const parsed = parseRecordName(name);
    if (parsed && !fits(parsed, record.value)) throw corruptRecord(name);
    if (parsed?.kind === 'override') fieldsOf(overrides, parsed.key).set(parsed.field, record);
    else if (parsed?.kind === 'custom') custom.set(parsed.key, as<Agent>(record));
    else if (parsed?.kind === 'handoff') handoffs.set(parsed.tool, as<string>(record));
    else if (parsed?.kind === 'experiment') experiment = as<Assignment>(record);
  }
  return { overrides, custom, handoffs, experiment };
}

/** Records are checked when they are set; what has another form was put there by somebody else. */
function fits(record: RecordName, value: JsonValue): boolean {
  switch (record.kind) {
    case 'override':
      return fitsField(record.field, value);
    case 'custom':
      return isJsonObject(value) && typeof value['name'] === 'string' && typeof value['prompt'] === 'string';
    case 'handoff':
      return typeof value === 'string';
    case 'experiment':
      return isJsonObject(value) && typeof value['experimentId'] === 'string' && typeof value['variant'] === 'string';
    case 'changed':
      return typeof value === 'number';
  }
}

function fitsField(field: OverridableField, value: JsonValue): boolean {
  if (field === 'prompt' || field === 'greeting') return typeof value === 'string';
  if (field === 'tools') return Array.isArray(value) && value.every((tool) => typeof tool === 'string');
  return isJsonObject(value);
}

function corruptRecord(name: string): ParleyError {
  return new ParleyError(
    'session_corrupt',
    `The record ${name} of the session's agents has another form than its name says.`,
  );
}

function as<T>({ value, revision }: AgentRecord): Revised<T> {
  return { value: value as unknown as T, revision };
}

function fieldsOf(overrides: Map<string, Map<OverridableField, Revised<JsonValue>>>, key: string) {
  const known = overrides.get(key);
  if (known) return known;
  const fields = new Map<OverridableField, Revised<JsonValue>>();
  overrides.set(key, fields);
  return fields;
}

/** An agent's overrides as one object. */
export function overridesOf(fields: OverrideRecords | undefined): AgentOverrides {
  return Object.fromEntries([...(fields ?? [])].map(([field, { value }]) => [field, value]));
}

/** The revision and number of the changes of something; 0 and 0 before the first. */
export function lastChange(records: ReadonlyMap<string, AgentRecord>, scope: Scope) {
  const record = records.get(RECORD.changed(scope));
  return { revision: record?.revision ?? 0, count: typeof record?.value === 'number' ? record.value : 0 };
}
