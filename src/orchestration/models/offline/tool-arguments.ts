import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/json';
import { confirmationOf, isConfirmed } from './confirmation';
import type { Exchange } from './conversation';
import { type Parameter, questionFor, ruleOf } from './facts';
import { paymentMeant } from './payments';
import { isAnswerTo, oneOf, withDigits, wordsOfName } from './words';
import type { ToolSpec } from '../../tools';

/** A tool that a caller wants, and all that was said of it. */
export interface Wish {
  readonly tool: ToolSpec;
  readonly exchanges: readonly Exchange[];
  /** Arguments as they are known from elsewhere, where nothing better is said. */
  readonly known?: JsonObject;
}

/** The arguments of a call as far as they are known, and what has to be asked before it can be made. */
export interface FilledArguments {
  readonly values: JsonObject;
  readonly questions: readonly string[];
}

/** What is known beside the caller's words. */
export interface Background {
  readonly prompt: string;
  /** The payments that were told to the caller last. */
  readonly payments: readonly JsonObject[];
  /** The arguments of the last call that was about a card. */
  readonly card: JsonObject;
}

/** How an agent's prompt tells it who the caller is. */
const CLIENT_ID = /\bclient id for tools[^:\n]*:\s*([\w-]+)/i;

/** Looks in the caller's words, the latest first, for what the tool's JSON Schema asks for. */
export function fillArguments(wish: Wish, background: Background): FilledArguments {
  const { tool, exchanges } = wish;
  const parameters = parametersOf(tool);
  const required = requiredOf(tool, parameters, exchanges);
  const values: Record<string, JsonValue> = {};
  const questions: string[] = [];
  for (const parameter of parameters) {
    const isRequired = required.includes(parameter.name);
    if (!isRequired && !ruleOf(parameter).isPlain) continue;
    const value = valueOf(parameter, wish, background);
    if (value !== undefined) values[parameter.name] = value;
    else if (isRequired) questions.push(questionFor(parameter));
  }
  const isEmpty = Object.keys(values).length < Number(tool.parameters['minProperties'] ?? 0);
  if (isEmpty && questions.length === 0) questions.push(`What is it: ${oneOf(parameters.map(({ words }) => words))}?`);
  if (questions.length === 0 && !isConfirmed(tool, values, exchanges)) questions.push(confirmationOf(tool, values));
  return { values, questions };
}

/** What the words tell of the tool's arguments, taken for an answer to whatever was asked. */
export function detailsIn(tool: ToolSpec, said: string): JsonObject {
  const text = withDigits(said);
  const details = parametersOf(tool).flatMap((parameter): [string, JsonValue][] => {
    const { isPlain = false, find, findInAnswer } = ruleOf(parameter);
    const value = isPlain ? (find(text, parameter) ?? findInAnswer?.(text, parameter)) : undefined;
    return value === undefined ? [] : [[parameter.name, value]];
  });
  return Object.fromEntries(details);
}

/** What a tool cannot do without. Where it needs any one member, it is the one that was named. */
function requiredOf(
  { parameters: schema }: ToolSpec,
  parameters: readonly Parameter[],
  exchanges: readonly Exchange[],
): readonly string[] {
  const required = textsIn(schema['required']).filter((name) => !hasDefault(schema, name));
  if (required.length > 0 || schema['minProperties'] === undefined) return required;
  const named = ({ words }: Parameter) => exchanges.some(({ said }) => wordsHeard(said).includes(words));
  return parameters.filter(named).map(({ name }) => name);
}

function wordsHeard(said: string): string {
  return said.toLowerCase().replace(/e-mail/g, 'email');
}

function hasDefault({ properties }: JsonObject, name: string): boolean {
  const schema = isJsonObject(properties) ? properties[name] : undefined;
  return isJsonObject(schema) && 'default' in schema;
}

function parametersOf({ parameters }: ToolSpec): Parameter[] {
  const properties = isJsonObject(parameters['properties']) ? parameters['properties'] : {};
  return Object.entries(properties).map(([name, schema]) => {
    const { type = [], format, pattern, description, enum: options } = isJsonObject(schema) ? schema : {};
    return {
      name,
      words: wordsOfName(name).join(' '),
      description: textOf(description),
      types: typeof type === 'string' ? [type] : textsIn(type),
      format: textOf(format),
      pattern: textOf(pattern),
      options: textsIn(options),
    };
  });
}

function valueOf(parameter: Parameter, wish: Wish, background: Background): JsonValue | undefined {
  const { name, words } = parameter;
  const { tool, exchanges, known = {} } = wish;
  if (/^(?:client|customer) id$/.test(words)) return CLIENT_ID.exec(background.prompt)?.[1];
  const value = fromWords(parameter, exchanges) ?? known[name];
  if (value !== undefined) return value;
  if (words === 'transaction id') return paymentMeant(exchanges, background.payments);
  return tool.name.includes('replacement') ? ofCard(parameter, background.card) : undefined;
}

/** A new card is for the one that was blocked, and for the same reason; which one is to be blocked is always said. */
function ofCard({ name, options }: Parameter, card: JsonObject): JsonValue | undefined {
  const value = card[name];
  return options.length === 0 || options.some((option) => option === value) ? value : undefined;
}

function fromWords(parameter: Parameter, exchanges: readonly Exchange[]): JsonValue | undefined {
  const rule = ruleOf(parameter);
  for (const { asked, said } of [...exchanges].reverse()) {
    const text = withDigits(said);
    const isAnswer = isAnswerTo(questionFor(parameter), asked);
    const value = rule.find(text, parameter) ?? (isAnswer ? rule.findInAnswer?.(text, parameter) : undefined);
    if (value !== undefined) return value;
  }
  return undefined;
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function textsIn(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
