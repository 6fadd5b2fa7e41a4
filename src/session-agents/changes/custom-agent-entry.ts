import { isJsonObject, type JsonObject } from '../../common/json';
import type { ErrorIssue } from '../../common/parley-error';
import { OVERRIDABLE_FIELDS } from '../agent';
import { LIMITS } from '../agent-limits';
import { agentIssues, toAgent } from '../base/agent-entry';
import { overrideIssues } from '../base/override-entry';

/**
 * What is wrong with the definition of a custom agent, each at its place below `path`.
 * @param fields the definition over the defaults, without its prompt. They are what is measured: an export has the agent
 * whole, and must fit again.
 */
export function customAgentIssues(definition: JsonObject, fields: JsonObject, path: string): ErrorIssue[] {
  const { prompt } = definition;
  const shape = [...agentIssues(fields, path), ...entryPointIssues(definition, path)];
  if (typeof prompt !== 'string') return [...shape, { path: `${path}/prompt`, message: 'must be a text' }];
  // Only what has the right shape can be measured.
  if (shape.length > 0) return shape;
  return [...overrideIssues(overridable({ ...fields, prompt }), path), ...sizeIssues(fields, prompt, path)];
}

/** Calls begin with a base agent. */
function entryPointIssues({ handoff }: JsonObject, path: string): ErrorIssue[] {
  if (!isJsonObject(handoff) || !Object.hasOwn(handoff, 'isEntryPoint')) return [];
  return [{ path: `${path}/handoff/isEntryPoint`, message: 'is not a field of an agent of one session' }];
}

function overridable(definition: JsonObject): JsonObject {
  const given = OVERRIDABLE_FIELDS.flatMap((field) => {
    const value = definition[field];
    return value === undefined ? [] : [[field, value] as const];
  });
  return Object.fromEntries(given);
}

function sizeIssues(fields: JsonObject, prompt: string, path: string): ErrorIssue[] {
  if (Buffer.byteLength(JSON.stringify(toAgent(fields, prompt))) <= LIMITS.definitionBytes) return [];
  return [{ path, message: `must have at most ${LIMITS.definitionBytes} bytes of JSON, the defaults included` }];
}
