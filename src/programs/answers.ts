import type { Static, TSchema } from '@sinclair/typebox';
import Ajv from 'ajv';

const ajv = new Ajv();

/** Reads answers of one form; undefined where an answer has another: another service could stand at the address. */
export function answerReader<S extends TSchema>(schema: S): (text: string) => Static<S> | undefined {
  const fits = ajv.compile<Static<S>>(schema);
  return (text) => {
    const value = parse(text);
    return fits(value) ? value : undefined;
  };
}

/** The code of a problem answer; empty where it has none. */
export function problemCode(text: string): string {
  return /"code":\s*"([a-z_]{1,64})"/.exec(text)?.[1] ?? '';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
