import type { JsonObject, JsonValue } from '../common/json';

/** Values are the same where they are the same as text, whatever their case: the recorded ones are texts throughout. */
export function isSameText(one: JsonValue, other: JsonValue): boolean {
  return textOf(one) === textOf(other);
}

function textOf(value: JsonValue): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).trim().toLowerCase();
}

/** How many parameters both have, with the same values. */
export function equalParameters(one: JsonObject, other: JsonObject): number {
  return Object.entries(one).filter(([name, value]) => {
    const theirs = Object.hasOwn(other, name) ? other[name] : undefined;
    return theirs !== undefined && isSameText(value, theirs);
  }).length;
}

export function haveSameParameters(one: JsonObject, other: JsonObject): boolean {
  const count = Object.keys(one).length;
  return count === Object.keys(other).length && equalParameters(one, other) === count;
}
