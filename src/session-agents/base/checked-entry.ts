import { validateSync, type ValidationError } from 'class-validator';
import { isJsonObject, type JsonObject, jsonPointer } from '../../common/json';
import type { ErrorIssue } from '../../common/parley-error';
import { validatedProperties } from '../../common/validated-properties';

type EntryClass = new () => object;

/**
 * What of a JSON value does not fit the rules of a class, each at its place below `path`. Members are taken over one by
 * one, so that one called `constructor` or `__proto__` is an unknown field and nothing else.
 */
export function issuesOf(Entry: EntryClass, value: unknown, path: string): ErrorIssue[] {
  if (!isJsonObject(value)) return [{ path, message: 'must be an object' }];
  const unknown = unknownFields(Entry, value).map((field) => ({
    path: path + jsonPointer(field),
    message: 'is not a known field',
  }));
  return [...unknown, ...knownIssues(Entry, value, path)];
}

export function unknownFields(Entry: EntryClass, value: JsonObject): string[] {
  const known = validatedProperties(Entry);
  return Object.keys(value).filter((field) => !known.has(field));
}

/** The same for the fields that the class has rules for, whatever others there are. */
export function knownIssues(Entry: EntryClass, value: JsonObject, path: string): ErrorIssue[] {
  const entry = new Entry();
  for (const field of validatedProperties(Entry)) {
    if (Object.hasOwn(value, field)) Object.assign(entry, { [field]: value[field] });
  }
  return validateSync(entry, { forbidUnknownValues: false }).flatMap((fault) => issuesOfFault(fault, path));
}

/** The rules' own messages begin with the name of the property, which the path says already. */
function issuesOfFault({ property, constraints = {} }: ValidationError, path: string): ErrorIssue[] {
  return Object.values(constraints).map((message) => ({
    path: path + jsonPointer(property),
    message: message.replace(/^(each value in )?\S+ /, '$1'),
  }));
}
