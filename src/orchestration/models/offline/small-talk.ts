import { isHandoff } from './conversation';
import { oneOf, wordsOfName } from './words';
import type { ToolSpec } from '../../tools';

interface Line {
  readonly says: RegExp;
  readonly answer: string;
}

export const GREETING = 'Hello, how can I help you?';
export const DROPPED = "All right, I won't do that. What else can I do for you?";

/** Words that take back what was asked for. */
const TAKES_BACK = /\b(?:never ?mind|forget it|stop that|leave it|cancel that)\b|^\s*cancel\s*[.!]?\s*$/i;

/** Asks whom the caller is talking to. It is answered before any wish: nobody is left in doubt. */
const ASKS_WHO =
  /\b(?:are you|is this|am i (?:talking|speaking) (?:to|with)) (?:a |an )?(?:human|person|real|bot|robot|machine|ai|computer)|\bwho are you\b|\bwhat are you\b/i;
export const WHO = 'I am a program that answers by simple rules, without a language model. What can I do for you?';

const LINES: readonly Line[] = [
  { says: /\b(?:bye|goodbye|that'?s (?:all|it)|nothing else)\b/i, answer: 'Thank you for calling. Goodbye.' },
  { says: /\b(?:thanks|thank you)\b/i, answer: "You're welcome. Is there anything else?" },
  { says: /^\s*(?:hello|hi|hey|good (?:morning|afternoon|evening))\b/i, answer: GREETING },
];

export function asksWho(said: string): boolean {
  return ASKS_WHO.test(said);
}

export function takesBack(said: string): boolean {
  return TAKES_BACK.test(said);
}

export function smallTalk(said: string): string | undefined {
  return LINES.find(({ says }) => says.test(said))?.answer;
}

/** What is said to words that no rule knows. */
export function helpWith(tools: readonly ToolSpec[]): string {
  const names = tools.filter(({ name }) => !isHandoff(name)).map(({ name }) => wordsOfName(name).join(' '));
  if (names.length === 0) return "I'm sorry, I did not understand that. Could you say it in other words?";
  return `I'm sorry, I did not understand that. I can ${oneOf(names.slice(0, 4))}.`;
}
