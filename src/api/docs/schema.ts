import type { OpenAPIObject } from '@nestjs/swagger';

/** Short forms of the JSON schemas in the OpenAPI document. */
export type SchemaObject = Exclude<
  NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string],
  { $ref: string }
>;

export const seconds = (description: string): SchemaObject => ({ type: 'number', description });
export const orNull = (schema: SchemaObject): SchemaObject => ({
  oneOf: [schema, { type: 'null' }],
});
export const map = (schema: SchemaObject): SchemaObject => ({ type: 'object', additionalProperties: schema });
export const list = (items: SchemaObject): SchemaObject => ({ type: 'array', items });
export const object = (properties: Record<string, SchemaObject>, optional: string[] = []): SchemaObject => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});

/** No members but those that are named. */
export const strict = (schema: SchemaObject): SchemaObject => ({ ...schema, additionalProperties: false });

export const freeObject: SchemaObject = { type: 'object', additionalProperties: true };
export const text: SchemaObject = { type: 'string' };
export const integer: SchemaObject = { type: 'integer' };
export const anyJson: SchemaObject = {};
