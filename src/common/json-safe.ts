import { types } from 'node:util';

import type { JsonValue } from './json';

/**
 * How deep the containers of a result nest at most. Far above what profiles and tool outputs need, and low
 * enough that neither this walk nor a later recursive reader of the result comes near the end of the stack.
 */
export const MAX_JSON_SAFE_DEPTH = 100;

/** Stands where a container would contain itself. */
export const CIRCULAR = '[Circular]';
/** Stands where a container would nest deeper than {@link MAX_JSON_SAFE_DEPTH}. */
export const TOO_DEEP = '[Too deep]';

/**
 * Makes a value of any origin (a database driver, a tool, a library) safe to store as JSON. It never throws,
 * copies everything it keeps, and its result equals what `JSON.parse(JSON.stringify(result))` gives back.
 *
 * - Dates become ISO strings, invalid dates null; binary data (any ArrayBuffer or view of one) base64.
 * - MongoDB Extended JSON: `{"$date"}` becomes an ISO string, `{"$oid"}` its hex string, `{"$numberInt"}`,
 *   `{"$numberLong"}`, `{"$numberDouble"}` and `{"$numberDecimal"}` a number where a number holds them
 *   exactly, else the string. A wrapper that does not hold what it promises stays an ordinary object.
 * - Objects with `toHexString` (ObjectId) become that string; `toJSON` is honoured.
 * - A bigint becomes a number if that is exact, else a string; NaN and infinities become null, -0 becomes 0.
 * - undefined, functions and symbols are dropped from objects, and are null in arrays and on their own.
 * - A Map becomes an object (keys that are not strings become their JSON text), a Set an array.
 * - A container inside itself becomes {@link CIRCULAR}; one that is merely used twice is kept twice.
 * - A container below {@link MAX_JSON_SAFE_DEPTH} levels becomes {@link TOO_DEEP}.
 * - What throws while it is read (a getter, `toJSON`, a revoked proxy) becomes null.
 * - An own `__proto__` property stays data; no prototype is ever written.
 */
export function toJsonSafe(value: unknown): JsonValue {
  return convert(() => value, new Set()) ?? null;
}

/** undefined means: JSON has no such value. */
type Converted = JsonValue | undefined;

/** Takes a reader, not a value, so that whatever throws on the way spoils this one place only. */
function convert(read: () => unknown, ancestors: Set<object>): Converted {
  try {
    const value = read();
    return typeof value === 'object' && value !== null ? convertObject(value, ancestors) : convertPrimitive(value);
  } catch {
    return null;
  }
}

function convertPrimitive(value: unknown): Converted {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return finite(value);
    case 'bigint':
      return exactInteger(value);
    case 'object':
      return null;
    default:
      return undefined;
  }
}

function convertObject(value: object, ancestors: Set<object>): Converted {
  if (types.isDate(value)) return isoDate(value);
  if (types.isAnyArrayBuffer(value)) return Buffer.from(value).toString('base64');
  if (ArrayBuffer.isView(value)) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  }
  if (ancestors.has(value)) return CIRCULAR;
  if (ancestors.size >= MAX_JSON_SAFE_DEPTH) return TOO_DEEP;
  ancestors.add(value);
  try {
    return convertContainer(value, ancestors);
  } finally {
    ancestors.delete(value);
  }
}

function convertContainer(value: object, ancestors: Set<object>): Converted {
  const hex = callIfMethod(value, 'toHexString');
  if (typeof hex === 'string') return hex;
  const json = callIfMethod(value, 'toJSON');
  if (json !== NO_METHOD && json !== value) return convert(() => json, ancestors);
  if (types.isBoxedPrimitive(value)) return convert(() => value.valueOf(), ancestors);
  if (Array.isArray(value)) return convertList(value, ancestors);
  if (types.isSet(value)) return convertList([...value], ancestors);
  if (types.isMap(value)) return convertMap(value, ancestors);
  const keys = Object.keys(value);
  const source = value as Readonly<Record<string, unknown>>;
  if (keys.length === 1 && keys[0]?.startsWith('$') === true) {
    const unwrapped = unwrapExtendedJson(keys[0], source[keys[0]]);
    if (unwrapped !== undefined) return unwrapped;
  }
  return objectOf(keys.map((key) => [key, convert(() => source[key], ancestors)]));
}

const NO_METHOD = Symbol('no method');

function callIfMethod(value: object, name: 'toHexString' | 'toJSON'): unknown {
  const method = (value as Readonly<Record<string, unknown>>)[name];
  return typeof method === 'function' ? (Reflect.apply(method, value, []) as unknown) : NO_METHOD;
}

function convertList(list: readonly unknown[], ancestors: Set<object>): JsonValue {
  return Array.from({ length: list.length }, (_, index) => convert(() => list[index], ancestors) ?? null);
}

function convertMap(map: ReadonlyMap<unknown, unknown>, ancestors: Set<object>): JsonValue {
  const entries: [string, Converted][] = [];
  for (const [key, item] of map) {
    const safeKey = convert(() => key, ancestors);
    if (safeKey === undefined) continue;
    const name = typeof safeKey === 'string' ? safeKey : JSON.stringify(safeKey);
    entries.push([name, convert(() => item, ancestors)]);
  }
  return objectOf(entries);
}

/** `Object.fromEntries` defines properties, where an assignment of `__proto__` would set a prototype. */
function objectOf(entries: readonly (readonly [string, Converted])[]): JsonValue {
  return Object.fromEntries(entries.filter((entry): entry is [string, JsonValue] => entry[1] !== undefined));
}

function unwrapExtendedJson(key: string, content: unknown): Converted {
  switch (key) {
    case '$oid':
      return typeof content === 'string' ? content : undefined;
    case '$date':
      return extendedDate(content);
    case '$numberInt':
    case '$numberLong':
      return typeof content === 'string' && /^[+-]?\d{1,19}$/.test(content)
        ? exactInteger(BigInt(content.replace('+', '')))
        : undefined;
    case '$numberDouble':
    case '$numberDecimal':
      return typeof content === 'string' ? extendedDecimal(content) : undefined;
    default:
      return undefined;
  }
}

function extendedDate(content: unknown): Converted {
  const long = (content as { readonly $numberLong?: unknown } | null | undefined)?.$numberLong;
  const moment = typeof long === 'string' && /^-?\d+$/.test(long) ? Number(long) : content;
  if (typeof moment !== 'string' && typeof moment !== 'number') return undefined;
  return isoDate(new Date(moment)) ?? undefined;
}

/** Up to 15 significant digits a double gives back the decimal it was made from; beyond that it may not. */
function extendedDecimal(text: string): Converted {
  if (/^(nan|[+-]?inf(inity)?)$/i.test(text)) return null;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  const digits = text.replace(/e.*$/i, '').replace(/[^\d]/g, '').replace(/^0+/, '');
  const number = Number(text);
  const exact = digits.length <= 15 && Number.isFinite(number) && (number !== 0 || digits === '');
  return exact ? finite(number) : text;
}

function isoDate(date: Date): string | null {
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function finite(value: number): number | null {
  if (!Number.isFinite(value)) return null;
  return value === 0 ? 0 : value;
}

function exactInteger(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}
