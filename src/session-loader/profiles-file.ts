import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';

import { isJsonObject, type JsonObject, jsonPointer, type JsonValue } from '../common/json';
import { toJsonSafe } from '../common/json-safe';
import { type ErrorIssue, ParleyError } from '../common/parley-error';
import { readYamlFile } from '../common/yaml';
import type { CustomerProfile } from './profile';
import { ProfileEntry } from './profile-entry';

/**
 * Reads a list of profiles from a YAML or JSON file (JSON is read as the YAML it is). All faults of the file
 * are reported at once, by place and rule: the values themselves are personal data and stay out of errors.
 */
export async function readProfilesFile(file: string): Promise<readonly CustomerProfile[]> {
  const entries = await readEntries(file);
  if (!Array.isArray(entries)) {
    throw invalid(file, [{ path: '', message: 'must be a list of profiles' }]);
  }
  const results = await Promise.all(entries.map(toProfile));
  const issues = results.flatMap((result) => result.issues);
  if (issues.length > 0) throw invalid(file, issues);
  return results.flatMap((result) => result.profile ?? []);
}

async function readEntries(file: string): Promise<JsonValue> {
  const parsed = await readYamlFile(file);
  if ('value' in parsed) return parsed.value;
  const issues = parsed.faults.map((message) => ({ path: '', message }));
  throw invalid(file, issues, parsed.cause);
}

interface ReadEntry {
  readonly profile?: CustomerProfile;
  readonly issues: readonly ErrorIssue[];
}

async function toProfile(entry: JsonValue, position: number): Promise<ReadEntry> {
  const path = `/${position}`;
  if (!isJsonObject(entry)) return { issues: [{ path, message: 'must be an object' }] };
  const profile = toInstance(entry);
  if (profile === undefined) return { issues: [{ path, message: 'has fields that no profile has' }] };
  const faults = await validate(profile, { whitelist: true, forbidNonWhitelisted: true });
  if (faults.length > 0) return { issues: faults.flatMap((fault) => toIssues(fault, path)) };
  return { profile: toJsonSafe(profile) as CustomerProfile, issues: [] };
}

/**
 * Free JSON goes round the transformer, which loses or stumbles over a key named "constructor". Undefined: it
 * stumbled elsewhere, where such a key is a fault anyway.
 */
function toInstance({ customer_intelligence, ...checked }: JsonObject): ProfileEntry | undefined {
  try {
    return Object.assign(plainToInstance(ProfileEntry, checked), { customer_intelligence });
  } catch {
    return undefined;
  }
}

function toIssues(fault: ValidationError, parent: string): ErrorIssue[] {
  const path = parent + jsonPointer(fault.property);
  const own = Object.values(fault.constraints ?? {}).map((message) => ({ path, message }));
  return [...own, ...(fault.children ?? []).flatMap((child) => toIssues(child, path))];
}

function invalid(file: string, errors: readonly ErrorIssue[], cause?: unknown): ParleyError {
  const text = errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  return new ParleyError('profiles_invalid', `The profiles file ${file} is wrong: ${text}`, {
    cause,
    errors,
  });
}
