import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';
import { isName } from '../../store/ops';
import { overridesOf, sessionAgentsOf } from './session-agents';
import { EXPORT_FORMAT } from './agents-export';
import { isLegacyRegistry, recordsOfRegistry } from './legacy-registry';

/** The parts of an export, not checked yet. */
export interface ExportParts {
  readonly activeAgent: JsonValue;
  readonly visitedAgents: JsonValue;
  readonly overrides: JsonValue;
  readonly customAgents: JsonValue;
  readonly handoffs: JsonValue;
  readonly experiment: JsonValue;
}

const FIELDS = ['activeAgent', 'visitedAgents', 'overrides', 'customAgents', 'handoffs', 'experiment'];

/** Tells an export from the registry of an older service; undefined for what is neither, or has unknown fields. */
export function exportParts(value: JsonObject): ExportParts | undefined {
  if (isLegacyRegistry(value)) return partsOfRegistry(value);
  const { format, ...parts } = value;
  if (format !== EXPORT_FORMAT || Object.keys(parts).some((field) => !FIELDS.includes(field))) return undefined;
  const { activeAgent = null, visitedAgents = [], overrides = {} } = parts;
  const { customAgents = [], handoffs = {}, experiment = null } = parts;
  return { activeAgent, visitedAgents, overrides, customAgents, handoffs, experiment };
}

function partsOfRegistry(registry: JsonObject): ExportParts {
  const records = [...recordsOfRegistry(registry)].map(([name, value]) => [name, { value, revision: 0 }] as const);
  const { overrides, handoffs, experiment } = sessionAgentsOf(new Map(records));
  return {
    activeAgent: nameIn(registry['active_agent']),
    visitedAgents: [],
    overrides: Object.fromEntries([...overrides].map(([key, fields]) => [key, overridesOf(fields) as JsonObject])),
    customAgents: [],
    handoffs: Object.fromEntries([...handoffs].map(([tool, { value }]) => [tool, value])),
    experiment: (experiment?.value as JsonValue | undefined) ?? null,
  };
}

/** What is no name there was never set. */
function nameIn(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && isName(value) ? value : null;
}

export function textMembers(value: JsonValue): [name: string, text: string][] | undefined {
  if (!isJsonObject(value)) return undefined;
  const entries = Object.entries(value);
  return entries.every((entry): entry is [string, string] => typeof entry[1] === 'string') ? entries : undefined;
}
