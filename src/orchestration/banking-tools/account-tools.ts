import { Injectable } from '@nestjs/common';
import { type Static, Type } from '@sinclair/typebox';
import type { JsonObject } from '../../common/json';
import { Tool, type ToolContext } from '../tools';
import { verified } from './access';
import { accountMeant, accountsNow, accountView, TRANSFER_TOOL } from './accounts';
import { CallLog, refused, type Refusal } from './call-log';
import { type Account, centsOf } from './customer';
import { reference } from './derived';
import { args, choice, text } from './schemas';

const WHICH = 'Type of the account (checking, savings, …) or its last four digits.';
const Balance = args({ account: Type.Optional(text(40, `${WHICH} All accounts if left out.`)) });
const Transfer = args({
  from_account: text(40, `Where the money comes from. ${WHICH}`),
  to_account: text(40, `Where it goes: another account of the caller. ${WHICH}`),
  amount: Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000, description: 'In the currency of the accounts.' }),
});
const Contact = Type.Object(
  {
    email: Type.Optional(
      Type.String({ pattern: '^[^@\\s]{1,64}@[^@\\s]{3,190}$', description: 'New e-mail address.' }),
    ),
    phone: Type.Optional(Type.String({ pattern: '^[+0-9][0-9 ()-]{6,24}$', description: 'New phone number.' })),
    address: Type.Optional(text(300, 'New postal address, complete.')),
    preferred_channel: Type.Optional(
      choice(['mobile_app', 'email', 'phone', 'text_message'], 'How the caller wants to be reached.'),
    ),
  },
  { additionalProperties: false, minProperties: 1 },
);

@Injectable()
export class AccountTools {
  @Tool({
    name: 'get_account_balance',
    description:
      "Gives the balances of the caller's own accounts, with all transfers of this call. Needs a verified caller.",
    parameters: Balance,
  })
  getAccountBalance({ account }: Static<typeof Balance>, { session }: ToolContext): JsonObject {
    const access = verified(session);
    if ('refusal' in access) return refused(access.refusal);
    const accounts = accountsNow(session, access.customer);
    const meant =
      account === undefined ? accounts : [accountMeant(accounts, account)].filter((one) => one !== undefined);
    if (meant.length === 0) return refused(unknownAccount(accounts));
    const total = meant.reduce((sum, { cents }) => sum + cents, 0) / 100;
    return { accounts: meant.map(accountView), total, currency: access.customer.currency };
  }

  @Tool({
    name: TRANSFER_TOOL,
    description:
      "Moves money between two of the caller's own accounts, at once and for good. Call it only after the caller has " +
      'heard amount, source and target in one sentence and said a clear yes. Needs a verified caller.',
    parameters: Transfer,
  })
  transferFunds(transfer: Static<typeof Transfer>, { session }: ToolContext): JsonObject {
    const log = new CallLog(session, TRANSFER_TOOL);
    const access = verified(session);
    if ('refusal' in access) return log.refused(access.refusal);
    const { clientId, currency } = access.customer;
    const accounts = accountsNow(session, access.customer);
    const from = accountMeant(accounts, transfer.from_account);
    const to = accountMeant(accounts, transfer.to_account);
    if (!from || !to) return log.refused(unknownAccount(accounts));
    const cents = centsOf(transfer.amount);
    const refusal = transferRefusal(from, to, transfer.amount);
    if (refusal) return log.refused(refusal);
    const id = reference('TR', clientId, session.sessionId, log.entries.length);
    return log.done(
      {
        reference: id,
        amount: cents / 100,
        currency,
        from: accountView({ ...from, cents: from.cents - cents }),
        to: accountView({ ...to, cents: to.cents + cents }),
      },
      { reference: id, from: from.last4, to: to.last4, cents },
    );
  }

  @Tool({
    name: 'update_contact_details',
    description:
      'Changes how the bank reaches the caller; leave out what stays as it is. Call it only after the new detail was ' +
      'read back and confirmed. Codes go to the number on file for the rest of this call. Needs a verified caller.',
    parameters: Contact,
  })
  updateContactDetails(details: Static<typeof Contact>, { session }: ToolContext): JsonObject {
    const log = new CallLog(session, 'update_contact_details');
    const access = verified(session);
    if ('refusal' in access) return log.refused(access.refusal);
    // Their names alone: the details themselves have no business in the session.
    const changed = Object.keys(details);
    return log.done({ changed, confirmation_sent: true }, { changed });
  }
}

function unknownAccount(accounts: readonly Account[]): Refusal {
  const known = accounts.map(({ type, last4 }) => `${type.replace(/_/g, ' ')} ending in ${last4}`).join(', ');
  return {
    reason: 'unknown_account',
    message: `That is not exactly one account of the caller. There are: ${known || 'none'}. Ask which one is meant.`,
    spoken: `I could not tell which account you mean. I see ${known || 'none'}. Which one is it?`,
  };
}

function transferRefusal(from: Account, to: Account, amount: number): Refusal | undefined {
  const cents = centsOf(amount);
  if (from.last4 === to.last4) {
    return {
      reason: 'same_account',
      message: 'Source and target are the same account. Ask for the other one.',
      spoken: 'That is one account, not two. What is the other one?',
    };
  }
  if (cents < 1 || Math.abs(cents - amount * 100) > 1e-6) {
    return {
      reason: 'invalid_amount',
      message: 'The amount has to be in whole cents.',
      spoken: 'The amount has to be in whole cents. How much is it?',
    };
  }
  if (cents > from.cents) {
    const available = Math.max(from.cents, 0) / 100;
    return {
      reason: 'insufficient_funds',
      message: `Only ${available} can be transferred from there.`,
      spoken: `There are only ${available} in that account. How much shall I move?`,
    };
  }
  return undefined;
}
