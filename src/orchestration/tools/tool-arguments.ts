import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import { isJsonObject, type JsonObject, jsonPointer } from '../../common/json';

/** A model that writes more than this has lost itself; checking it would cost time that the caller waits. */
const MAX_ARGUMENT_CHARACTERS = 64 * 1024;
/** More faults than this at a time help no model. */
const MAX_FAULTS = 8;

const ajv = new Ajv({
  allErrors: true,
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  useDefaults: true,
  addUsedSchema: false,
  logger: false,
});

export type ParsedArguments = { readonly args: JsonObject } | { readonly fault: string };

/** Takes the JSON text that a model wrote, or says to the model what is wrong with it. */
export type ArgumentParser = (json: string) => ParsedArguments;

/** @throws Error for what is no JSON Schema of an object */
export function argumentParser(schema: JsonObject): ArgumentParser {
  if (schema['type'] !== 'object') throw new Error('must be a JSON Schema of the type object');
  if ('$async' in schema) throw new Error('must be a schema that is checked at once');
  const fits: ValidateFunction = ajv.compile(schema);
  return (json) => {
    if (json.length > MAX_ARGUMENT_CHARACTERS) return { fault: 'they are too long' };
    const args = parsed(json);
    if (!isJsonObject(args)) return { fault: 'they are not a JSON object' };
    return fits(args) ? { args } : { fault: faultsOf(fits.errors ?? []) };
  };
}

/** Models write nothing at all for a tool without arguments. */
function parsed(json: string): unknown {
  if (json.trim() === '') return {};
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

function faultsOf(errors: readonly ErrorObject[]): string {
  const faults = errors.slice(0, MAX_FAULTS).map(({ instancePath, keyword, message, params }) => {
    const { allowedValues, additionalProperty, missingProperty } = params as Record<string, unknown>;
    if (keyword === 'required') return `${instancePath}${jsonPointer(String(missingProperty))} is required`;
    if (keyword === 'additionalProperties') {
      return `${instancePath}${jsonPointer(String(additionalProperty))} is not a known field`;
    }
    if (keyword === 'enum') return `${instancePath} must be one of ${(allowedValues as unknown[]).join(', ')}`;
    return `${instancePath} ${message ?? 'is not valid'}`.trim();
  });
  return faults.join('; ');
}
