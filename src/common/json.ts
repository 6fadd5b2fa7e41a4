/** A value that JSON can carry. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A JSON object with unknown keys. */
export type JsonObject = { readonly [key: string]: JsonValue };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Where a member is, as RFC 6901 writes it: `jsonPointer('a/b', 0)` is `/a~1b/0`. */
export function jsonPointer(...members: readonly (string | number)[]): string {
  return members.map((member) => `/${String(member).replace(/~/g, '~0').replace(/\//g, '~1')}`).join('');
}

/** Whether the containers of a JSON value nest no deeper than `limit`; never recurses beyond it. */
export function nestsWithin(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (limit === 0) return false;
  if (Array.isArray(value)) return value.every((item) => nestsWithin(item, limit - 1));
  for (const key in value) {
    if (!nestsWithin((value as Record<string, unknown>)[key], limit - 1)) return false;
  }
  return true;
}

/**
 * Freezes a JSON value and all it holds, so that a reader can be handed the stored object itself.
 * A value that is already frozen is taken to be frozen all the way down: only this function freezes.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const item of Object.values(value)) deepFreeze(item);
  return Object.freeze(value);
}
