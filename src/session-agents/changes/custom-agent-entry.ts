import type { JsonObject } from '../../common/json';
import type { ErrorIssue } from '../../common/parley-error';
import { OVERRIDABLE_FIELDS } from '../agent';
import { agentIssues } from '../base/agent-entry';
import { LIMITS } from './agent-limits';
import { overrideIssues } from './override-entry';

/**
 * What is wrong with the definition of a custom agent, each at its place below `path`.
 * @param fields the definition over the defaults, without its prompt
 */
export function customAgentIssues(definition: JsonObject, fields: JsonObject, path: string): ErrorIssue[] {
  const shape = agentIssues(fields, path);
  if (typeof definition['prompt'] !== 'string') shape.push({ path: `${path}/prompt`, message: 'must be a text' });
  // Only what has the right shape can be measured.
  return shape.length > 0 ? shape : [...overrideIssues(overridable(definition), path), ...sizeIssues(definition, path)];
}

function overridable(definition: JsonObject): JsonObject {
  const given = OVERRIDABLE_FIELDS.flatMap((field) => {
    const value = definition[field];
    return value === undefined ? [] : [[field, value] as const];
  });
  return Object.fromEntries(given);
}

function sizeIssues(definition: JsonObject, path: string): ErrorIssue[] {
  if (Buffer.byteLength(JSON.stringify(definition)) <= LIMITS.definitionBytes) return [];
  return [{ path, message: `must have at most ${LIMITS.definitionBytes} bytes of JSON` }];
}
