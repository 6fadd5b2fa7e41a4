import type { JsonObject, JsonValue } from '../../../common/json';
import type { Exchange } from './conversation';
import { yesOrNo } from './facts';
import { dayInWords, digitByDigit, isAnswerTo, money, wordsOfName } from './words';
import type { ToolSpec } from '../../tools';

/** How the description of a tool says that it is not called on a mere wish. */
const WANTS_YES = /\bclear yes\b|\bconfirmed\b/i;

const said = (value: JsonValue | undefined) => (typeof value === 'string' ? value : '');

/** Of the shipped tools, by their names. */
const QUESTIONS: Readonly<Record<string, (values: JsonObject) => string>> = {
  block_card: ({ card_last_4: card }) =>
    `Shall I block the card ending in ${digitByDigit(said(card))}? Nobody can unblock it in this call.`,
  transfer_funds: ({ amount, from_account: from, to_account: to }) =>
    `Shall I move ${money(Number(amount), 'USD')} from ${said(from)} to ${said(to)}?`,
  update_contact_details: (details) => `Shall I save ${Object.values(details).map(said).join(' and ')}?`,
  schedule_callback: ({ date, time }) => `Shall I arrange a call on ${dayInWords(said(date))} at ${said(time)}?`,
};

/** What is asked before the call is made. */
export function confirmationOf({ name }: ToolSpec, values: JsonObject): string {
  const question = Object.hasOwn(QUESTIONS, name) ? QUESTIONS[name]?.(values) : undefined;
  return question ?? `Shall I ${wordsOfName(name).join(' ')}, yes or no?`;
}

/** Whether the caller has said yes to the call with just these values, or need not. */
export function isConfirmed(tool: ToolSpec, values: JsonObject, exchanges: readonly Exchange[]): boolean {
  if (!WANTS_YES.test(tool.description)) return true;
  return answers(tool, values, exchanges).at(-1) === true;
}

function answers(tool: ToolSpec, values: JsonObject, exchanges: readonly Exchange[]): (boolean | undefined)[] {
  const question = confirmationOf(tool, values);
  return exchanges.filter(({ asked }) => isAnswerTo(question, asked)).map((exchange) => yesOrNo(exchange.said));
}
