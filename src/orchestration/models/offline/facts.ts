import type { JsonValue } from '../../../common/json';
import { dateIn, timeIn } from './dates';
import { meansOption } from './option-words';
import { oneOf } from './words';

/** A parameter of a tool, as far as the rules understand its JSON Schema. */
export interface Parameter {
  readonly name: string;
  /** The name's words, such as `card last 4`. */
  readonly words: string;
  readonly description: string;
  readonly types: readonly string[];
  readonly format: string;
  /** What a text has to look like, as far as the schema says so. */
  readonly pattern: string;
  readonly options: readonly string[];
}

/** A kind of fact: which parameters take it, how it is asked for, and what of a caller's words it is. */
export interface FactRule {
  readonly fits: (parameter: Parameter) => boolean;
  readonly find: (said: string, parameter: Parameter) => JsonValue | undefined;
  /** What else counts for one in the answer to the very question. */
  readonly findInAnswer?: (said: string, parameter: Parameter) => JsonValue | undefined;
  /** Whether it is worth having where it is not needed: it can hardly be taken for something else. */
  readonly isPlain?: boolean;
  readonly question?: (parameter: Parameter) => string;
}

const named = (pattern: RegExp) => (parameter: Parameter) => pattern.test(parameter.words);
const matched = (pattern: RegExp) => (said: string) =>
  pattern
    .exec(said)
    ?.slice(1)
    .find((group) => group !== undefined);
const nothing = () => undefined;
const whole = (said: string) => said.trim().replace(/[.!?]+$/, '') || undefined;
const numberIn = (text: string | undefined) => (text === undefined ? undefined : Number(text.replaceAll(',', '')));

const NUMBER = /(?<![\w.,-])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![\w-])/;
const MONEY =
  /[$€£]\s?(\d[\d,]*(?:\.\d+)?)|(?<![\w.,-])(\d[\d,]*(?:\.\d+)?) ?(?:dollars?|euros?|pounds?|bucks|usd|eur|gbp)\b/i;

const ACCOUNT = /\b(checking|savings|current|credit(?! card)|brokerage|retirement|joint)\b/i;
const QUOTED =
  /\b(?:price (?:of|for)|quote (?:of|for|on)|(?:how (?:is|are)|what about) (?:the )?(?:share|fund|index)s?(?: of)?)\s+(?:the )?([\p{L}\p{N}][\p{L}\p{N} .&'-]*\p{L})/iu;

const YES_NO_QUESTIONS: Readonly<Record<string, string>> = {
  'address confirmed': 'Is the address on file still right, yes or no?',
  'merchant contacted': 'Have you asked the shop already, yes or no?',
};

/** The kinds, in the order in which a parameter is tried. */
export const FACTS: readonly FactRule[] = [
  {
    fits: ({ options }) => options.length > 0,
    find: (said, { options }) => options.find((option) => meansOption(said, option)),
    question: ({ words, options }) =>
      `${words === 'kind' ? 'What happened' : `What is the ${words}`}: ${oneOf(options.map((option) => option.replace(/_/g, ' ')))}?`,
  },
  {
    fits: ({ types }) => types.includes('boolean'),
    find: nothing,
    findInAnswer: yesOrNo,
    question: ({ words }) => YES_NO_QUESTIONS[words] ?? `May I note this as ${words}, yes or no?`,
  },
  {
    fits: ({ words, format }) => format === 'email' || /\be ?mail\b/.test(words),
    find: matched(/([\w.+-]+@[\w-]+(?:\.[\w-]+)+)/),
    isPlain: true,
  },
  {
    fits: named(/\b(?:phone|mobile)\b/),
    find: matched(/(?<![\d-])(?!\d{4}-\d\d-\d\d)(\+?\d[\d ()-]{6,}\d)/),
    isPlain: true,
  },
  {
    fits: named(/\baddress\b/),
    find: matched(/\baddress (?:is|to)\s+([^?]{5,})/i),
    findInAnswer: whole,
    isPlain: true,
  },
  {
    fits: named(/\b(?:last ?(?:4|four)|ending|ssn)\b/),
    find: matched(
      /\b(?:end(?:s|ing)(?: in| with)?|last (?:4|four)(?: digits)?(?: are| is)?|card(?: number)?)\D{0,12}(\d{4})(?!\d)/i,
    ),
    findInAnswer: matched(/(?<!\d)(\d{4})(?!\d)/),
    isPlain: true,
    question: () => 'What are the last four digits?',
  },
  { fits: named(/\b(?:code|otp|pin)\b/), find: matched(/(?<!\d)(\d{4,8})(?!\d)/) },
  {
    fits: ({ words, pattern }) => words === 'time' && pattern !== '',
    find: timeIn,
    isPlain: true,
    question: () => 'At what time?',
  },
  {
    fits: ({ words, format }) => format.startsWith('date') || /\b(?:date|day|time|when|dob|birth)\b/.test(words),
    find: (said, { format, pattern }) => dateIn(said, format !== '' || pattern !== ''),
    isPlain: true,
    question: ({ words, pattern }) =>
      pattern === '' ? `What is the ${words}?` : 'On which day, with the month and the year?',
  },
  {
    fits: ({ words, types }) => isNumber(types) && /\b(?:amount|sum|price|payment)\b/.test(words),
    find: (said) => numberIn(matched(MONEY)(said) ?? matched(NUMBER)(said)),
  },
  { fits: ({ types }) => isNumber(types), find: (said) => numberIn(matched(NUMBER)(said)) },
  {
    fits: named(/\b(?:symbol|ticker)\b/),
    find: matched(/\b([A-Z]{2,5})\b/),
    findInAnswer: (said) => whole(said)?.toUpperCase(),
  },
  {
    fits: ({ description }) => /\bsymbol\b/i.test(description),
    find: matched(QUOTED),
    findInAnswer: whole,
    isPlain: true,
    question: () => 'Of which share, fund or index?',
  },
  {
    fits: named(/^transaction id$/),
    find: matched(/\b(TX-\d+)\b/i),
    findInAnswer: nothing,
    question: () => 'Which payment is it about? Ask for your recent transactions, and tell me then which of them.',
  },
  {
    fits: named(/\bname\b/),
    find: matched(/\b(?:[Mm]y name is|[Tt]his is|I am|I'm)\s+([A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+)*)/),
    findInAnswer: (said) => whole(said.replace(/^(?:it'?s|my name is|this is|i am|i'm)\s+/i, '')),
  },
  {
    fits: named(/\b(?:id|reference)\b/),
    find: matched(/(?<![\w-])((?=[\w-]*\d)[A-Za-z0-9][\w-]{3,})(?![\w-])/),
    findInAnswer: whole,
  },
  {
    fits: named(/\baccount\b/),
    find: accountIn,
    findInAnswer: (said) => matched(ACCOUNT)(said) ?? whole(said),
    isPlain: true,
  },
  // The caller has said what it is about already, in words better than any answer to a question.
  { fits: named(/\breason|description|details|summary|notes?|topic|message|request|context|subject\b/), find: whole },
  { fits: () => true, find: nothing, findInAnswer: whole },
];

export function ruleOf(parameter: Parameter): FactRule {
  return FACTS.find(({ fits }) => fits(parameter)) as FactRule;
}

export function questionFor(parameter: Parameter): string {
  return ruleOf(parameter).question?.(parameter) ?? `What is the ${parameter.words}?`;
}

/** Of two accounts each has a direction, and is not taken for the other. */
function accountIn(said: string, { words }: Parameter): string | undefined {
  const isSource = /\b(?:from|source)\b/.test(words);
  const isTarget = /\b(?:to|target|destination)\b/.test(words);
  if (!isSource && !isTarget) return matched(ACCOUNT)(said);
  return matched(new RegExp(`\\b${isSource ? 'from' : '(?:in)?to'} (?:my |the |our )?${ACCOUNT.source}`, 'i'))(said);
}

/** "no" before "yes": "no, that's not right" has both. */
export function yesOrNo(said: string): boolean | undefined {
  if (/\b(?:no|nope|not|don'?t|never)\b/i.test(said)) return false;
  return /\b(?:yes|yeah|yep|sure|ok|okay|please|correct|right|go ahead|do it|confirm\w*)\b/i.test(said) || undefined;
}

function isNumber(types: readonly string[]): boolean {
  return types.includes('number') || types.includes('integer');
}
