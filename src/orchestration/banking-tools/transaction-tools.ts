import { Inject, Injectable } from '@nestjs/common';
import { type Static, Type } from '@sinclair/typebox';
import { CLOCK, type Clock } from '../../common/clock';
import type { JsonObject } from '../../common/json';
import { Tool, type ToolContext } from '../tools';
import { verified } from './access';
import { CallLog, refused, type Refusal } from './call-log';
import { UNKNOWN_CARD } from './cards';
import { dayOf } from './days';
import { reference } from './derived';
import { textAt } from './json-path';
import { args, lastFour, text } from './schemas';
import { HISTORY_DAYS, type Transaction, transactionsOf, transactionView } from './transactions';

const DISPUTE_WINDOW_DAYS = 60;
const DISPUTE_ANSWER_DAYS = 10;

const Search = args({
  merchant: Type.Optional(text(80, 'Part of the name of the shop.')),
  card_last_4: Type.Optional(lastFour('Only payments with this card.')),
  min_amount: Type.Optional(Type.Number({ minimum: 0, description: 'Only amounts of at least this much.' })),
  max_amount: Type.Optional(Type.Number({ minimum: 0, description: 'Only amounts of at most this much.' })),
  days: Type.Integer({ minimum: 1, maximum: HISTORY_DAYS, default: 30, description: 'How many days to go back.' }),
  limit: Type.Integer({ minimum: 1, maximum: 20, default: 5, description: 'How many to give, the latest first.' }),
});
const Dispute = args({
  transaction_id: text(32, 'As get_recent_transactions gave it.'),
  reason: text(500, "What is wrong, in the caller's words."),
  merchant_contacted: Type.Boolean({ description: 'Whether the caller has asked the shop already.' }),
});

@Injectable()
export class TransactionTools {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  @Tool({
    name: 'get_recent_transactions',
    description:
      'Finds payments and transfers of the caller, the latest first; amounts below zero went out. Narrow it down by what ' +
      'the caller remembers. Needs a verified caller.',
    parameters: Search,
  })
  getRecentTransactions(search: Static<typeof Search>, { session }: ToolContext): JsonObject {
    const access = verified(session);
    if ('refusal' in access) return refused(access.refusal);
    const { customer } = access;
    const isOwn = customer.cards.some(({ last4 }) => last4 === search.card_last_4);
    if (search.card_last_4 !== undefined && !isOwn) return refused(UNKNOWN_CARD);
    const nowMs = this.clock.nowMs();
    const found = transactionsOf(session, customer, nowMs).filter(fitting(search, dayOf(nowMs)));
    const transactions = found.slice(0, search.limit).map((one) => transactionView(one, customer));
    return { transactions, found: found.length, days: search.days };
  }

  @Tool({
    name: 'dispute_transaction',
    description:
      'Disputes a payment that the caller made but that went wrong: a wrong or double amount, goods that never came. ' +
      'Not for payments that the caller does not know. Needs a verified caller.',
    parameters: Dispute,
  })
  disputeTransaction(dispute: Static<typeof Dispute>, { session }: ToolContext): JsonObject {
    const log = new CallLog(session, 'dispute_transaction');
    const access = verified(session);
    if ('refusal' in access) return log.refused(access.refusal);
    const { customer } = access;
    const id = dispute.transaction_id;
    const earlier = log.entries.find((entry) => textAt(entry, 'transaction_id') === id);
    if (earlier) return log.again({ dispute: textAt(earlier, 'dispute') ?? '', was_disputed_before: true });
    const nowMs = this.clock.nowMs();
    const transaction = transactionsOf(session, customer, nowMs).find((one) => one.id === id);
    const refusal = disputeRefusal(transaction, dayOf(nowMs));
    if (!transaction || refusal) return log.refused(refusal ?? UNKNOWN_TRANSACTION);
    const number = reference('DP', customer.clientId, id);
    return log.done(
      {
        dispute: number,
        was_disputed_before: false,
        transaction: transactionView(transaction, customer),
        merchant_contacted: dispute.merchant_contacted,
        answer_within_business_days: DISPUTE_ANSWER_DAYS,
      },
      { dispute: number, transaction_id: id },
    );
  }
}

export const UNKNOWN_TRANSACTION: Refusal = {
  reason: 'unknown_transaction',
  message: 'No payment has this id. Look it up with get_recent_transactions.',
  spoken: 'I could not find that payment. Which one is it?',
};

function fitting(search: Static<typeof Search>, today: number): (transaction: Transaction) => boolean {
  const merchant = search.merchant?.toLowerCase() ?? '';
  const { card_last_4: card, min_amount: min = 0, max_amount: max = Infinity } = search;
  return ({ day, cents, cardLast4, ...transaction }) => {
    const amount = Math.abs(cents) / 100;
    return (
      day > today - search.days &&
      transaction.merchant.toLowerCase().includes(merchant) &&
      (card === undefined || cardLast4 === card) &&
      amount >= min &&
      amount <= max
    );
  };
}

function disputeRefusal(transaction: Transaction | undefined, today: number): Refusal | undefined {
  if (!transaction) return UNKNOWN_TRANSACTION;
  if (transaction.category === 'transfer') {
    return {
      reason: 'not_disputable',
      message: 'Transfers between own accounts cannot be disputed.',
      spoken: 'A transfer between your own accounts cannot be disputed.',
    };
  }
  if (today - transaction.day <= DISPUTE_WINDOW_DAYS) return undefined;
  return {
    reason: 'too_old',
    message: `Only payments of the last ${DISPUTE_WINDOW_DAYS} days can be disputed.`,
    spoken: `I'm sorry, only payments of the last ${DISPUTE_WINDOW_DAYS} days can be disputed.`,
  };
}
