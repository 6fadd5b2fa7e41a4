import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { isJsonObject, jsonPointer, type JsonValue } from '../common/json';
import { type ErrorIssue, ParleyError } from '../common/parley-error';
import { readYamlFile } from '../common/yaml';
import { compilePattern, replacementIssues } from './compile-pattern';
import type { CustomPattern } from './custom-patterns';
import { PatternEntry } from './pattern-entry';

/**
 * Reads a list of patterns from a YAML or JSON file. All faults are reported at once, by place and rule.
 * @throws ParleyError `redaction_invalid`
 */
export async function readPatternsFile(file: string): Promise<readonly CustomPattern[]> {
  const entries = await readEntries(file);
  if (!Array.isArray(entries)) throw invalid(file, [{ path: '', message: 'must be a list of patterns' }]);
  const results = await Promise.all(entries.map(toPattern));
  const patterns = results.flatMap(({ pattern }) => pattern ?? []);
  const issues = [...results.flatMap((result) => result.issues), ...replacementIssues(patterns)];
  if (issues.length > 0) throw invalid(file, issues);
  return patterns;
}

async function readEntries(file: string): Promise<JsonValue> {
  const parsed = await readYamlFile(file);
  if ('value' in parsed) return parsed.value;
  const issues = parsed.faults.map((message) => ({ path: '', message }));
  throw invalid(file, issues, parsed.cause);
}

interface ReadPattern {
  readonly pattern?: CustomPattern;
  readonly issues: readonly ErrorIssue[];
}

async function toPattern(value: JsonValue, position: number): Promise<ReadPattern> {
  const path = jsonPointer(position);
  if (!isJsonObject(value)) return { issues: [{ path, message: 'must be an object' }] };
  // The transformer stumbles over a key of this name, which no pattern has anyway.
  if (Object.hasOwn(value, 'constructor')) return { issues: [{ path, message: 'has fields that no pattern has' }] };
  const entry = plainToInstance(PatternEntry, value);
  const faults = await validate(entry, { whitelist: true, forbidNonWhitelisted: true });
  const issues = faults.flatMap(({ property, constraints = {} }) =>
    Object.values(constraints).map((message) => ({ path: path + jsonPointer(property), message })),
  );
  return issues.length > 0 ? { issues } : compilePattern(entry, path);
}

function invalid(file: string, errors: readonly ErrorIssue[], cause?: unknown): ParleyError {
  const text = errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  return new ParleyError('redaction_invalid', `The redaction file ${file} is wrong: ${text}`, { cause, errors });
}
