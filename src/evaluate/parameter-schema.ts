import type { JsonObject, JsonValue } from '../common/json';

/**
 * JSON Schema of what a tool was called with: its parameters by name, each with the types that it has had; what no call
 * went without is required. Values are not in it: they would tell the model what the callers want.
 */
export function parameterSchema(calls: readonly JsonObject[]): JsonObject {
  const names = [...new Set(calls.flatMap((parameters) => Object.keys(parameters)))];
  const valuesOf = (name: string) => calls.flatMap((call) => (Object.hasOwn(call, name) ? [call[name] ?? null] : []));
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, { type: typesOf(valuesOf(name)) }])),
    required: names.filter((name) => valuesOf(name).length === calls.length),
    additionalProperties: false,
  };
}

/** One type alone is written as such: most models, and the rules, know that form best. */
function typesOf(values: readonly JsonValue[]): JsonValue {
  const types = [...new Set(values.map(typeOf))];
  return types.length === 1 ? (types[0] ?? 'string') : types;
}

function typeOf(value: JsonValue): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
