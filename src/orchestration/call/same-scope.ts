import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';

/**
 * Whether two scopes of a template hold the same values. What a memo hands out stays the same object until it is changed,
 * so neither has to be read: the scope's own members are compared, and the members of those that are put together anew.
 */
export function isSameScope(one: JsonObject, other: JsonObject): boolean {
  return hasSameMembers(one, other, hasSameParts);
}

function hasSameParts(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => item === other[index]);
  }
  return isJsonObject(one) && isJsonObject(other) && hasSameMembers(one, other, Object.is);
}

type Comparison = (one: JsonValue | undefined, other: JsonValue | undefined) => boolean;

function hasSameMembers(one: JsonObject, other: JsonObject, isSame: Comparison): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => isSame(one[name], other[name]));
}
