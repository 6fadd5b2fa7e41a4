import { type TProperties, type TUnsafe, Type } from '@sinclair/typebox';

/** The arguments of a tool; a field that it does not know is refused. */
export const args = <T extends TProperties>(fields: T) => Type.Object(fields, { additionalProperties: false });

/** One of some words, told as `enum`: models and what they are told of a fault understand it best. */
export const choice = <const T extends string>(values: readonly T[], description: string): TUnsafe<T> =>
  Type.Unsafe<T>({ type: 'string', enum: values, description });

export const text = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, description });

export const lastFour = (description: string) => Type.String({ pattern: '^[0-9]{4}$', description });
