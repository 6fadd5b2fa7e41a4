import type { JsonObject } from '../../common/json';
import type { ToolSession } from '../tools';
import { CallLog } from './call-log';
import type { Account, Customer } from './customer';
import { numberAt, textAt } from './json-path';

export const TRANSFER_TOOL = 'transfer_funds';

/** The customer's accounts, with what was transferred in this call. */
export function accountsNow(session: ToolSession, { accounts }: Customer): readonly Account[] {
  const transfers = new CallLog(session, TRANSFER_TOOL).entries;
  return accounts.map((account) => transfers.reduce(afterTransfer, account));
}

function afterTransfer(account: Account, transfer: JsonObject): Account {
  const cents = numberAt(transfer, 'cents') ?? 0;
  const isFrom = textAt(transfer, 'from') === account.last4;
  const isTo = textAt(transfer, 'to') === account.last4;
  return { ...account, cents: account.cents + (isTo ? cents : 0) - (isFrom ? cents : 0) };
}

/** The one account that a caller means: by its type, or by its last four digits. */
export function accountMeant(accounts: readonly Account[], words: string): Account | undefined {
  const wanted = plain(words);
  const meant = accounts.filter(({ type, last4 }) => wanted.endsWith(last4) || wanted === plain(type));
  return meant.length === 1 ? meant[0] : undefined;
}

export function accountView({ type, last4, cents }: Account): JsonObject {
  return { type, last_4: last4, balance: cents / 100 };
}

function plain(words: string): string {
  return words
    .toLowerCase()
    .replace(/\baccount\b|[^a-z0-9]/g, ' ')
    .trim()
    .replace(/ +/g, ' ');
}
