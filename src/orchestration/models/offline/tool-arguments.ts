import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/json';
import type { Exchange } from './conversation';
import { type Parameter, questionFor, ruleOf } from './facts';
import { withDigits, wordsOfName } from './words';
import type { ToolSpec } from '../../tools';

/** The arguments of a call as far as they are known, and the parameters it cannot be made without. */
export interface FilledArguments {
  readonly values: JsonObject;
  readonly missing: readonly Parameter[];
}

/** How an agent's prompt tells it who the caller is. */
const CLIENT_ID = /\bclient id for tools[^:\n]*:\s*([\w-]+)/i;

/** Looks in the caller's words, the latest first, for what the tool's JSON Schema asks for. */
export function fillArguments(tool: ToolSpec, exchanges: readonly Exchange[], prompt: string): FilledArguments {
  const required = textsIn(tool.parameters['required']);
  const values: Record<string, JsonValue> = {};
  const missing: Parameter[] = [];
  for (const parameter of parametersOf(tool)) {
    const isRequired = required.includes(parameter.name);
    if (!isRequired && !ruleOf(parameter).isPlain) continue;
    const value = fromPrompt(parameter, prompt) ?? fromWords(parameter, exchanges);
    if (value !== undefined) values[parameter.name] = value;
    else if (isRequired) missing.push(parameter);
  }
  return { values, missing };
}

function parametersOf({ parameters }: ToolSpec): Parameter[] {
  const properties = isJsonObject(parameters['properties']) ? parameters['properties'] : {};
  return Object.entries(properties).map(([name, schema]) => {
    const { type = [], format, enum: options } = isJsonObject(schema) ? schema : {};
    return {
      name,
      words: wordsOfName(name).join(' '),
      types: typeof type === 'string' ? [type] : textsIn(type),
      format: typeof format === 'string' ? format : '',
      options: textsIn(options),
    };
  });
}

function fromPrompt({ words }: Parameter, prompt: string): string | undefined {
  return /^(?:client|customer) id$/.test(words) ? CLIENT_ID.exec(prompt)?.[1] : undefined;
}

function fromWords(parameter: Parameter, exchanges: readonly Exchange[]): JsonValue | undefined {
  const rule = ruleOf(parameter);
  for (const { asked, said } of [...exchanges].reverse()) {
    const text = withDigits(said);
    const isAnswer = asked.includes(questionFor(parameter));
    const value = rule.find(text, parameter) ?? (isAnswer ? rule.findInAnswer?.(text, parameter) : undefined);
    if (value !== undefined) return value;
  }
  return undefined;
}

function textsIn(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
