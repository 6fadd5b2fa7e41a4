import { Injectable } from '@nestjs/common';
import { type Static, Type } from '@sinclair/typebox';
import type { JsonObject } from '../../common/json';
import { Tool, type ToolContext } from '../tools';
import { identified, isVerified, verified } from './access';
import { CallLog, type Refusal } from './call-log';
import { BLOCK_TOOL, cardsNow, cardView, UNKNOWN_CARD } from './cards';
import type { Card } from './customer';
import { reference } from './derived';
import { textAt } from './json-path';
import { args, choice, lastFour } from './schemas';

const REPLACE_TOOL = 'send_replacement_card';
const EXPRESS_TIERS = ['Diamond', 'Platinum'];
const USUAL_DELIVERY_DAYS = 5;
const EXPRESS_DELIVERY_DAYS = 2;
/** Reasons for which the old card must not work any more. */
const UNSAFE = ['lost', 'stolen', 'suspicious_payments'];

const Block = args({
  card_last_4: lastFour('Last four digits of the card, as the caller said them.'),
  reason: choice(['lost', 'stolen', 'suspicious_payments', 'other'], 'Why it is blocked.'),
});
const Replacement = args({
  card_last_4: lastFour('Last four digits of the card that is replaced.'),
  reason: choice(['lost', 'stolen', 'suspicious_payments', 'damaged', 'expired'], 'Why it is replaced.'),
  address_confirmed: Type.Boolean({ description: 'Whether the caller said that the address on file is still right.' }),
});

@Injectable()
export class CardTools {
  @Tool({
    name: BLOCK_TOOL,
    description:
      'Blocks a card at once; nobody can unblock it in this call. Call it only after a clear yes. It protects, so the ' +
      'caller need not be verified.',
    parameters: Block,
  })
  blockCard({ card_last_4: last4, reason }: Static<typeof Block>, { session }: ToolContext): JsonObject {
    const log = new CallLog(session, BLOCK_TOOL);
    const access = identified(session);
    if ('refusal' in access) return log.refused(access.refusal);
    const card = cardsNow(session, access.customer).find((one) => one.last4 === last4);
    if (!card) return log.refused(UNKNOWN_CARD);
    const view = isVerified(session) ? cardView({ ...card, status: 'blocked' }) : { last_4: last4, status: 'blocked' };
    if (card.status === 'blocked') return log.again({ card: view, was_blocked_before: true });
    return log.done({ card: view, was_blocked_before: false }, { card_last_4: last4, reason });
  }

  @Tool({
    name: REPLACE_TOOL,
    description:
      'Orders a new card to the address on file. A lost, stolen or misused card has to be blocked first; a damaged one ' +
      'works until the new one is activated. Needs a verified caller.',
    parameters: Replacement,
  })
  sendReplacementCard(order: Static<typeof Replacement>, { session }: ToolContext): JsonObject {
    const log = new CallLog(session, REPLACE_TOOL);
    const access = verified(session);
    if ('refusal' in access) return log.refused(access.refusal);
    const { customer } = access;
    const card = cardsNow(session, customer).find(({ last4 }) => last4 === order.card_last_4);
    if (!card) return log.refused(UNKNOWN_CARD);
    const earlier = log.entries.find((entry) => textAt(entry, 'card_last_4') === card.last4);
    if (earlier) return log.again({ order: textAt(earlier, 'order') ?? '', was_ordered_before: true });
    const refusal = orderRefusal(card, order);
    if (refusal) return log.refused(refusal);
    const id = reference('RC', customer.clientId, session.sessionId, card.last4);
    const isExpress = EXPRESS_TIERS.includes(customer.tier);
    const days = isExpress ? EXPRESS_DELIVERY_DAYS : USUAL_DELIVERY_DAYS;
    return log.done(
      { order: id, was_ordered_before: false, replaces: cardView(card), arrives_within_business_days: days },
      { card_last_4: card.last4, order: id },
    );
  }
}

function orderRefusal(card: Card, order: Static<typeof Replacement>): Refusal | undefined {
  if (card.status === 'replaced') {
    return {
      reason: 'already_replaced',
      message: 'A new card has replaced this one. Ask which card is meant.',
      spoken: 'A new card has replaced this one already. Which card is it about?',
    };
  }
  if (UNSAFE.includes(order.reason) && card.status !== 'blocked') {
    return {
      reason: 'not_blocked',
      message: `Offer to block the card first, with ${BLOCK_TOOL}.`,
      spoken: 'That card has to be blocked first. Shall I block it?',
    };
  }
  if (!order.address_confirmed) {
    return {
      reason: 'address_not_confirmed',
      message: 'Ask whether the address on file is still right. If it is not, the new one has to be saved first.',
      spoken: 'Then the new address has to be saved first. What is it?',
    };
  }
  return undefined;
}
