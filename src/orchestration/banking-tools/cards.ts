import type { JsonObject } from '../../common/json';
import type { ToolSession } from '../tools';
import { CallLog, type Refusal } from './call-log';
import type { Card, Customer } from './customer';
import { textAt } from './json-path';

export const BLOCK_TOOL = 'block_card';

/** The customer's cards, with what was blocked in this call. */
export function cardsNow(session: ToolSession, { cards }: Customer): readonly Card[] {
  const blocked = new Set(new CallLog(session, BLOCK_TOOL).entries.map((entry) => textAt(entry, 'card_last_4')));
  return cards.map((card) => (blocked.has(card.last4) ? { ...card, status: 'blocked' } : card));
}

export function cardView({ product, network, last4, status }: Card): JsonObject {
  return { product, network, last_4: last4, status };
}

/** Does not say which cards there are: a caller who is not verified may hear it too. */
export const UNKNOWN_CARD: Refusal = {
  reason: 'unknown_card',
  message: 'The four digits could not be matched. Ask for them once more, and name no card yourself.',
  spoken: 'I could not match those four digits. What are the last four digits of the card?',
};
