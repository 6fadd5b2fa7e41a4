import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';
import type { OverridableField } from '../agent';
import { overrideIssues } from '../base/override-entry';
import { patched } from '../resolution/merge-agent';

const MEMBERS: Readonly<Record<string, string>> = {
  deployment_id: 'deployment',
  top_p: 'topP',
  max_tokens: 'maxTokens',
  reasoning_effort: 'reasoningEffort',
  endpoint_id: 'endpointId',
};

/**
 * An override of an older service as it counts: with the names of today, without what is null, unknown or wrong by the
 * rules of today, so that whatever is laid over it fits too. Undefined where nothing is left of it.
 */
export function overrideOfOlder(field: OverridableField, value: JsonValue): JsonValue | undefined {
  const kept = isJsonObject(value) ? fittingMembers(field, value) : fittingTools(field, value);
  return isEmptied(value, kept) || !fits(field, kept) ? undefined : kept;
}

function fittingMembers(field: OverridableField, value: JsonObject): JsonObject {
  const named = field === 'templateVars' ? value : renamed(value);
  const members = Object.entries(patched(undefined, named));
  return Object.fromEntries(members.filter(([name, member]) => fits(field, { [name]: member })));
}

function fittingTools(field: OverridableField, value: JsonValue): JsonValue {
  return Array.isArray(value) ? [...new Set((value as JsonValue[]).filter((tool) => fits(field, [tool])))] : value;
}

/** No tools at all is a choice; none that are known is not. */
function isEmptied(before: JsonValue, after: JsonValue): boolean {
  if (Array.isArray(after)) return after.length === 0 && (before as readonly JsonValue[]).length > 0;
  return after === null || (isJsonObject(after) && Object.keys(after).length === 0);
}

function fits(field: OverridableField, value: JsonValue): boolean {
  return overrideIssues({ [field]: value }, '').length === 0;
}

function renamed(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [MEMBERS[name] ?? name, member]));
}
