import { Inject, Injectable } from '@nestjs/common';
import { type Static, Type } from '@sinclair/typebox';
import { CLOCK, type Clock } from '../../common/clock';
import type { JsonObject } from '../../common/json';
import { Tool, type ToolContext } from '../tools';
import { verified } from './access';
import { CallLog } from './call-log';
import { UNKNOWN_CARD } from './cards';
import { reference } from './derived';
import { textsAt } from './json-path';
import { args, choice, lastFour, text } from './schemas';
import { UNKNOWN_TRANSACTION } from './transaction-tools';
import { transactionsOf } from './transactions';

const CASE_ANSWER_DAYS = 10;

const FraudCase = args({
  kind: choice(
    ['unknown_payments', 'stolen_card', 'scam', 'account_takeover'],
    'What happened: payments the caller did not make, a stolen card, a deception, somebody else in the account.',
  ),
  summary: text(1000, "What happened, in the caller's words."),
  transaction_ids: Type.Array(text(32, 'As get_recent_transactions gave it.'), {
    maxItems: 20,
    default: [],
    description: 'The payments that the caller disowns.',
  }),
  card_last_4: Type.Optional(lastFour('Last four digits of the card it was done with.')),
});

@Injectable()
export class FraudTools {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  @Tool({
    name: 'open_fraud_case',
    description:
      'Opens a case for payments that the caller did not make, or for a scam. A call has one case: called again, it adds ' +
      'to it. Blocks nothing. Needs a verified caller.',
    parameters: FraudCase,
  })
  openFraudCase(fraud: Static<typeof FraudCase>, { session }: ToolContext): JsonObject {
    const log = new CallLog(session, 'open_fraud_case');
    const access = verified(session);
    if ('refusal' in access) return log.refused(access.refusal);
    const { customer } = access;
    const isOwnCard = customer.cards.some(({ last4 }) => last4 === fraud.card_last_4);
    if (fraud.card_last_4 !== undefined && !isOwnCard) return log.refused(UNKNOWN_CARD);
    const known = new Set(transactionsOf(session, customer, this.clock.nowMs()).map(({ id }) => id));
    if (!fraud.transaction_ids.every((id) => known.has(id))) return log.refused(UNKNOWN_TRANSACTION);
    const earlier = log.entries.flatMap((entry) => textsAt(entry, 'transaction_ids'));
    return log.done(
      {
        case_number: reference('FR', customer.clientId, session.sessionId),
        added_to_open_case: log.entries.length > 0,
        transaction_ids: [...new Set([...earlier, ...fraud.transaction_ids])],
        answer_within_business_days: CASE_ANSWER_DAYS,
      },
      { kind: fraud.kind, transaction_ids: fraud.transaction_ids },
    );
  }
}
