import Ajv, { type ValidateFunction } from 'ajv';
import { createAsyncApiDocument } from '../../src/live/api/asyncapi';

const document = createAsyncApiDocument();
// Schemas of the OpenAPI document beside TypeBox's: some have keywords that a strict validator would not take.
const ajv = new Ajv({ strict: false, allErrors: true });
ajv.addSchema(document, 'asyncapi');
const validators = new Map<string, ValidateFunction>();

/** The validator of a schema of the AsyncAPI document; undefined where it has none of this name. */
export function documented(name: string): ValidateFunction | undefined {
  if (!(name in document.components.schemas)) return undefined;
  let validator = validators.get(name);
  if (!validator) {
    validator = ajv.compile({ $ref: `asyncapi#/components/schemas/${name}` });
    validators.set(name, validator);
  }
  return validator;
}

/** In words where a frame is not as the document says; undefined where it is. */
export function faultOf(frame: { readonly type: string }): string | undefined {
  const validate = documented(frame.type);
  if (!validate) return `${frame.type} is no frame of the document`;
  const isValid: boolean = validate(frame);
  if (isValid) return undefined;
  return `${frame.type}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(frame).slice(0, 500)}`;
}
