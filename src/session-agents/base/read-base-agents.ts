import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deepFreeze, isJsonObject, type JsonObject, type JsonValue } from '../../common/json';
import { type ErrorIssue, ParleyError } from '../../common/parley-error';
import { parseYaml } from '../../common/yaml';
import type { TemplateLimits } from '../../config/parley-config';
import { checkTemplate } from '../prompts/check-template';
import { createTemplateEngine } from '../prompts/template-engine';
import { describeIssue } from '../prompts/template-issue';
import { agentIssues, toAgent } from './agent-entry';
import { collectionIssues } from './agent-collection';
import { BaseAgents, type BaseAgentSource } from './base-agents';
import { mergedFields } from './merged-fields';

const DEFAULTS_FILE = '_defaults.yaml';
const AGENT_FILE = 'agent.yaml';
const PROMPT_FILE = 'prompt.liquid';

/** One folder as it was read. */
export interface AgentFolder {
  readonly name: string;
  readonly own: JsonObject;
  readonly fields: JsonObject;
  readonly prompt: string;
}

/**
 * Reads the base agents: `<directory>/<folder>/agent.yaml` over `_defaults.yaml`, with `prompt.liquid` beside it; other
 * files are not looked at.
 * @throws ParleyError `agents_invalid` with all that is wrong in all files, each by file and place, such as
 * `fraud/agent.yaml#/voice/rate`
 */
export async function readBaseAgents(directory: string, limits: TemplateLimits): Promise<BaseAgents> {
  const faults: ErrorIssue[] = [];
  const names = await folderNames(directory);
  const defaults = (await readFields(directory, DEFAULTS_FILE, faults, {})) ?? {};
  const read = await Promise.all(names.map((name) => readFolder(directory, name, defaults, faults)));
  const folders = read.filter((folder) => folder !== undefined);
  if (names.length === 0) faults.push({ path: '', message: 'has no folder of an agent' });
  for (const folder of folders) faults.push(...fieldFaults(folder, defaults), ...templateFaults(folder, limits));
  faults.push(...collectionIssues(folders, folders.length === names.length));
  if (faults.length > 0) throw invalid(directory, faults);
  const sources = folders.map(({ own, fields, prompt }): BaseAgentSource => {
    return { agent: toAgent(fields, prompt), own: deepFreeze({ ...own, prompt }) };
  });
  return new BaseAgents(sources, deepFreeze(defaults));
}

async function folderNames(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() && /^[^._]/.test(entry.name) ? [entry.name] : [])).sort();
  } catch (error) {
    const fault = { path: '', message: `cannot be read (${codeOf(error)})` };
    throw invalid(directory, [fault], error);
  }
}

async function readFolder(
  directory: string,
  name: string,
  defaults: JsonObject,
  faults: ErrorIssue[],
): Promise<AgentFolder | undefined> {
  const [own, prompt] = await Promise.all([
    readFields(directory, `${name}/${AGENT_FILE}`, faults),
    readText(directory, `${name}/${PROMPT_FILE}`, faults),
  ]);
  if (!own || prompt === undefined) return undefined;
  return { name, own, fields: mergedFields(defaults, own), prompt };
}

/** Undefined where the file has a fault; `whenMissing` where there is none, if that may be. */
async function readFields(
  directory: string,
  file: string,
  faults: ErrorIssue[],
  whenMissing?: JsonObject,
): Promise<JsonObject | undefined> {
  const text = await readText(directory, file, faults, whenMissing && '{}');
  if (text === undefined) return undefined;
  const parsed = parseYaml(text);
  const value: JsonValue | undefined = 'value' in parsed ? parsed.value : undefined;
  if (isJsonObject(value)) return value;
  const messages = 'faults' in parsed ? parsed.faults : ['must be an object of fields'];
  faults.push(...messages.map((message) => ({ path: file, message })));
  return undefined;
}

async function readText(
  directory: string,
  file: string,
  faults: ErrorIssue[],
  whenMissing?: string,
): Promise<string | undefined> {
  try {
    return await readFile(join(directory, file), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' && whenMissing !== undefined) return whenMissing;
    const isMissing = codeOf(error) === 'ENOENT';
    faults.push({ path: file, message: isMissing ? 'is missing' : `cannot be read (${codeOf(error)})` });
    return undefined;
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown reason';
}

/** A fault of a value that the agent's own file does not have is one of the defaults, if those have it. */
function fieldFaults({ name, own, fields }: AgentFolder, defaults: JsonObject): ErrorIssue[] {
  return agentIssues(fields, '').map(({ path, message }) => {
    const isDefault = !has(own, path) && has(defaults, path);
    return { path: `${isDefault ? DEFAULTS_FILE : `${name}/${AGENT_FILE}`}#${path}`, message };
  });
}

function has(fields: JsonObject, path: string): boolean {
  const members = path.split('/').slice(1);
  let value: JsonValue | undefined = fields;
  for (const member of members) {
    const name = member.replace(/~1/g, '/').replace(/~0/g, '~');
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return false;
    value = value[name];
  }
  return true;
}

function templateFaults({ name, fields, prompt }: AgentFolder, limits: TemplateLimits): ErrorIssue[] {
  const engine = createTemplateEngine(limits);
  const texts: [path: string, text: JsonValue | undefined][] = [
    [`${name}/${PROMPT_FILE}`, prompt],
    [`${name}/${AGENT_FILE}#/greeting`, fields['greeting']],
    [`${name}/${AGENT_FILE}#/returnGreeting`, fields['returnGreeting']],
  ];
  return texts.flatMap(([path, text]) => {
    if (typeof text !== 'string') return [];
    return checkTemplate(engine, text).map((issue) => ({ path, message: describeIssue(issue) }));
  });
}

function invalid(directory: string, faults: readonly ErrorIssue[], cause?: unknown): ParleyError {
  // Several agents share a fault of the defaults.
  const lines = new Set(faults.map(({ path, message }) => (path === '' ? `  ${message}` : `  ${path}: ${message}`)));
  const text = `The agents folder ${directory} is wrong:\n${[...lines].join('\n')}`;
  return new ParleyError('agents_invalid', text, { cause, errors: faults });
}
