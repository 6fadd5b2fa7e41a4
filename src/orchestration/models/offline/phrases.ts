import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/json';
import { allOf, dayInWords, digitByDigit, money } from './words';

/** Payments that are named at a time; more nobody follows. */
const MAX_PAYMENTS = 3;

/** What an agent says of the output of a tool; undefined where the output is not as the table knows it. */
type Phrase = (output: JsonObject) => string | undefined;

const text = (value: JsonValue | undefined) =>
  typeof value === 'string' || typeof value === 'number' ? `${value}` : '';
const words = (value: JsonValue | undefined) => text(value).replace(/_/g, ' ');
const member = (value: JsonObject, name: string): JsonObject => {
  const found = value[name];
  return isJsonObject(found) ? found : {};
};
const listAt = (value: JsonObject, name: string): readonly JsonObject[] => {
  const found = value[name];
  return Array.isArray(found) ? found.filter(isJsonObject) : [];
};
const amountAt = (value: JsonObject, name: string, currency: JsonValue | undefined) =>
  money(Number(value[name]), text(currency));
const account = (value: JsonObject) =>
  `${words(value['type'])} account ending in ${digitByDigit(text(value['last_4']))}`;

/** Of the shipped tools, by their names. */
const PHRASES: Readonly<Record<string, Phrase>> = {
  get_account_balance: ({ currency, ...output }) =>
    listAt(output, 'accounts')
      .map((one) => `Your ${account(one)} has ${amountAt(one, 'balance', currency)}.`)
      .join(' ') || undefined,
  transfer_funds: (output) =>
    `I have moved ${amountAt(output, 'amount', output['currency'])} from your ${account(member(output, 'from'))} to your ` +
    `${account(member(output, 'to'))}. The reference is ${text(output['reference'])}.`,
  update_contact_details: ({ changed }) =>
    `I have saved your new ${allOf((Array.isArray(changed) ? changed : []).map(words))}, and sent you a confirmation.`,
  get_recent_transactions: payments,
  dispute_transaction: (output) =>
    `The payment is disputed, under the number ${text(output['dispute'])}.${answerWithin(output)}`,
  block_card: (output) => {
    const card = `The card ending in ${digitByDigit(text(member(output, 'card')['last_4']))}`;
    return output['was_blocked_before'] === true ? `${card} is blocked already.` : `${card} is blocked now.`;
  },
  send_replacement_card: (output) => {
    if (output['was_ordered_before'] === true)
      return `A new card is on its way already, order ${text(output['order'])}.`;
    const days = text(output['arrives_within_business_days']);
    return `Your new card is ordered, and arrives within ${days} business days. The order is ${text(output['order'])}.`;
  },
  open_fraud_case: (output) => {
    const opened = output['added_to_open_case'] === true ? 'I have added that to your case' : 'I have opened a case';
    return `${opened}, ${text(output['case_number'])}.${answerWithin(output)}`;
  },
  send_verification_code: ({ digits, channel }) =>
    `I have sent a code of ${text(digits)} digits to the number on file, by ${words(channel)}. What does it say?`,
  schedule_callback: (output) =>
    `A colleague will call you on ${text(output['weekday'])}, ${dayInWords(text(output['date']))}, at ${text(output['time'])}.`,
  escalate_to_human: ({ expected_wait_minutes: minutes }) =>
    `A colleague will take over, in about ${Number(minutes) === 1 ? '1 minute' : `${text(minutes)} minutes`}. Please stay on the line.`,
  get_quote: (output) => {
    const price =
      output['currency'] === 'points' ? `${text(output['price'])} points` : amountAt(output, 'price', 'USD');
    const percent = Number(output['change_today_percent']);
    const change = `${percent < 0 ? 'down' : 'up'} ${Math.abs(percent)} percent today`;
    return `${text(output['name'])} stands at ${price}, ${change}; the price is ${text(output['delayed_by_minutes'])} minutes old.`;
  },
  get_portfolio_summary: (output) => {
    const [largest] = listAt(output, 'positions');
    const total = `Your investments are worth ${amountAt(output, 'total_value', output['currency'])}.`;
    if (!largest) return total;
    return `${total} The largest is ${text(largest['name'])}, with ${amountAt(largest, 'value', output['currency'])}.`;
  },
};

export function phraseFor(tool: string, output: JsonObject): string | undefined {
  return Object.hasOwn(PHRASES, tool) ? PHRASES[tool]?.(output) : undefined;
}

function answerWithin(output: JsonObject): string {
  const days = text(output['answer_within_business_days']);
  return days === '' ? '' : ` You have an answer within ${days} business days.`;
}

function payments(output: JsonObject): string {
  const found = listAt(output, 'transactions');
  if (found.length === 0) return `I find no such payments in the last ${text(output['days'])} days.`;
  const told = found.slice(0, MAX_PAYMENTS).map((one) => {
    const amount = Math.abs(Number(one['amount']));
    return `${money(amount, text(one['currency']))} at ${text(one['merchant'])} on ${dayInWords(text(one['date']))}`;
  });
  return `The latest are ${told.join('; ')}.`;
}
