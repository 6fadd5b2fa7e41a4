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

const GOODBYE: Line = {
  says: /\b(?:bye|goodbye|that(?:'?s| is| was) (?:all|it)|nothing else)\b/i,
  answer: 'Thank you for calling. Goodbye.',
};

const LINES: readonly Line[] = [
  GOODBYE,
  { says: /^\s*(?:no|nope)\b(?!.*\bthank)/i, answer: 'All right. What else can I do for you?' },
  { says: /\b(?:thanks|thank you)\b/i, answer: "You're welcome. Is there anything else?" },
  { says: /^\s*(?:hello|hi|hey|good (?:morning|afternoon|evening))\b/i, answer: GREETING },
];

export function asksWho(said: string): boolean {
  return ASKS_WHO.test(said);
}

export function isGoodbye(said: string): boolean {
  return GOODBYE.says.test(said);
}

export function takesBack(said: string): boolean {
  return TAKES_BACK.test(said);
}

export function smallTalk(said: string): string | undefined {
  return LINES.find(({ says }) => says.test(said))?.answer;
}

/** What agents say of what they can do, by the shipped tools. */
const ABILITIES: Readonly<Record<string, string>> = {
  get_account_balance: 'tell you your balance',
  get_recent_transactions: 'look up your payments',
  transfer_funds: 'move money between your accounts',
  update_contact_details: 'change your contact details',
  block_card: 'block a card',
  send_replacement_card: 'send you a new card',
  dispute_transaction: 'dispute a payment',
  open_fraud_case: 'open a fraud case',
  get_portfolio_summary: 'tell you about your portfolio',
  get_quote: 'look up a price',
  verify_identity: 'confirm who you are',
};
const MAX_ABILITIES = 4;

export function abilities(tools: readonly ToolSpec[]): string {
  const own = tools.filter(({ name }) => !isHandoff(name));
  const names = own.map(
    ({ name }) => (Object.hasOwn(ABILITIES, name) && ABILITIES[name]) || wordsOfName(name).join(' '),
  );
  return names.length === 0 ? 'Could you say it in other words?' : `I can ${oneOf(names.slice(0, MAX_ABILITIES))}.`;
}

/** What is said to words that no rule knows. */
export function helpWith(tools: readonly ToolSpec[]): string {
  return `I'm sorry, I did not understand that. ${abilities(tools)}`;
}
