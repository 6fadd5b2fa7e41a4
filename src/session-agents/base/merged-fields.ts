import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';

/** Fields over defaults, objects member by member at any depth; everything else, null included, replaces. */
export function mergedFields(defaults: JsonObject, own: JsonObject): JsonObject {
  const members = new Map(Object.entries(defaults));
  for (const [name, value] of Object.entries(own)) members.set(name, mergedValue(members.get(name), value));
  return Object.fromEntries(members);
}

function mergedValue(base: JsonValue | undefined, own: JsonValue): JsonValue {
  return isJsonObject(base) && isJsonObject(own) ? mergedFields(base, own) : own;
}
