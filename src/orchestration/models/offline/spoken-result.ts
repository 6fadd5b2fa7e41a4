import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/json';
import { isHandoff, outputOf, type ToolResult } from './conversation';
import { phraseFor } from './phrases';
import { wordsOfName } from './words';

/** More than this nobody keeps in mind. */
const MAX_FACTS = 4;
const MAX_CHARACTERS = 300;
const OWN_WORDS = ['spoken', 'message', 'summary', 'text'];
const NOT_DONE = "I'm sorry, that did not work.";

/** A sentence about what a tool answered. */
export function spokenResult(result: ToolResult): string {
  const output = outputOf(result);
  if (hasFailed(output)) return spokenFailure(output);
  const value = isJsonObject(output) ? (output['output'] ?? output) : output;
  const words = spokenOf(value) ?? (isJsonObject(value) ? phraseFor(result.tool, value) : undefined) ?? ownWords(value);
  if (words !== undefined) return sentence(words);
  if (isHandoff(result.tool)) return 'One moment, I am putting you through.';
  const facts = factsOf(value).slice(0, MAX_FACTS);
  return facts.length === 0 ? 'That is done.' : `Here is what I found. ${facts.map(sentence).join(' ')}`;
}

function hasFailed(value: JsonValue): value is JsonObject {
  if (!isJsonObject(value)) return false;
  return Boolean(value['error'] ?? false) || ['success', 'ok', 'done'].some((name) => value[name] === false);
}

/** `spoken` is meant for the caller as it is, and an error's text is a reason; a `message` is for models alone. */
function spokenFailure(result: JsonObject): string {
  const spoken = spokenOf(result);
  if (spoken !== undefined) return sentence(spoken);
  const reason = ownWords(result['error'] ?? null);
  return reason === undefined ? NOT_DONE : sentence(`I'm sorry, that did not work: ${reason}`);
}

export function spokenOf(value: JsonValue): string | undefined {
  const spoken = isJsonObject(value) ? value['spoken'] : undefined;
  return typeof spoken === 'string' && spoken.trim() !== '' ? spoken : undefined;
}

/** Words that a result brings along for people. */
function ownWords(value: JsonValue): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value;
  if (!isJsonObject(value)) return undefined;
  return OWN_WORDS.map((name) => value[name]).find((text) => typeof text === 'string' && text.trim() !== '') as
    string | undefined;
}

/** Each plain member with its name, from outside in; of a list its length and its first entry. */
function factsOf(value: JsonValue, name = ''): string[] {
  const words = wordsOfName(name).join(' ');
  if (value === null || typeof value === 'boolean') return [];
  if (typeof value !== 'object') return [words === '' ? String(value) : `The ${words} is ${value}`];
  if (isJsonObject(value)) return Object.entries(value).flatMap(([member, item]) => factsOf(item, member));
  const [first] = value;
  const count = value.length;
  return [
    `There ${count === 1 ? 'is 1 entry' : `are ${count} entries`}`,
    ...(first === undefined ? [] : factsOf(first)),
  ];
}

function sentence(text: string): string {
  const short = text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS).trimEnd()}…` : text.trim();
  return /[.!?…]$/.test(short) ? short : `${short}.`;
}
