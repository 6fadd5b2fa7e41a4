import type { JsonObject } from '../../common/json';
import type { ToolSession } from '../tools';
import { TRANSFER_TOOL } from './accounts';
import { CallLog } from './call-log';
import type { Customer } from './customer';
import { dateOf, dayOf } from './days';
import { derived, derivedDigits, derivedFraction, pick } from './derived';
import { numberAt, textAt } from './json-path';
import { EVERYDAY_CATEGORY, merchantsOf } from './merchants';

/** How far back transactions are known, days. */
export const HISTORY_DAYS = 90;
const MAX_PAYMENTS_A_DAY = 2;
const DAYS_A_MONTH = 30;
/** With cards that were never activated or are gone nobody pays. */
const UNUSED = ['awaiting_activation', 'replaced'];

export interface Transaction {
  readonly id: string;
  readonly day: number;
  readonly merchant: string;
  readonly category: string;
  /** Less than nothing where money went out. */
  readonly cents: number;
  readonly cardLast4: string | undefined;
  readonly status: 'pending' | 'posted';
}

/** The latest first. What happened on a day is worked out from the day: it is the same in every call. */
export function transactionsOf(session: ToolSession, customer: Customer, nowMs: number): readonly Transaction[] {
  const today = dayOf(nowMs);
  const days = Array.from({ length: HISTORY_DAYS }, (_, ago) => today - ago);
  return [
    ...transfersOf(session, today),
    ...days.flatMap((day) => paymentsOf(customer, day).map((payment) => withStatus(payment, today))),
  ];
}

export function transactionView(transaction: Transaction, { currency }: Customer): JsonObject {
  const { id, day, merchant, category, cents, cardLast4, status } = transaction;
  return {
    transaction_id: id,
    date: dateOf(day),
    merchant,
    category,
    amount: cents / 100,
    currency,
    ...(cardLast4 !== undefined && { card_last_4: cardLast4 }),
    status,
  };
}

function transfersOf(session: ToolSession, today: number): Transaction[] {
  const { entries } = new CallLog(session, TRANSFER_TOOL);
  return entries.toReversed().map((entry) => ({
    id: textAt(entry, 'reference') ?? '',
    day: today,
    merchant: `Transfer to own account ending in ${textAt(entry, 'to') ?? ''}`,
    category: 'transfer',
    cents: -(numberAt(entry, 'cents') ?? 0),
    cardLast4: undefined,
    status: 'posted',
  }));
}

type Payment = Omit<Transaction, 'status'>;

function paymentsOf(customer: Customer, day: number): Payment[] {
  const count = derived(MAX_PAYMENTS_A_DAY + 1, 'payments', customer.clientId, day);
  return Array.from({ length: count }, (_, number) => paymentOf(customer, day, number));
}

function paymentOf({ clientId, monthlySpend, categories, cards }: Customer, day: number, number: number): Payment {
  const seed = [clientId, day, number] as const;
  const category = pick([EVERYDAY_CATEGORY, ...categories], 'category', ...seed);
  const used = cards.filter(({ status }) => !UNUSED.includes(status)).map(({ last4 }) => last4);
  const average = (monthlySpend * 100) / DAYS_A_MONTH / (MAX_PAYMENTS_A_DAY / 2);
  const cents = Math.max(99, Math.round(average * (0.1 + 1.8 * derivedFraction('amount', ...seed))));
  return {
    id: `TX-${derivedDigits(8, 'transaction', ...seed)}`,
    day,
    merchant: pick(merchantsOf(category), 'merchant', ...seed),
    category,
    cents: -cents,
    cardLast4: used[derived(used.length || 1, 'card', ...seed)],
  };
}

function withStatus(payment: Payment, today: number): Transaction {
  return { ...payment, status: payment.day === today ? 'pending' : 'posted' };
}
