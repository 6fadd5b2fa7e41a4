import type { JsonObject, JsonValue } from '../../common/json';
import type { ToolSession } from '../tools';
import { derivedDigits } from './derived';
import { memberAt, numberAt, objectsAt, textAt, textsAt } from './json-path';

export interface Account {
  readonly type: string;
  readonly last4: string;
  /** Money is counted in whole cents: sums of fractions do not add up. */
  readonly cents: number;
}

export interface Card {
  readonly product: string;
  readonly network: string;
  readonly last4: string;
  readonly status: string;
}

/** What the tools know of the bank's customer: the profile that was loaded when the call began. */
export interface Customer {
  readonly clientId: string;
  readonly tier: string;
  readonly phoneLast4: string | undefined;
  /** ISO 8601 date. */
  readonly clientSince: string | undefined;
  readonly lifetimeValue: number;
  readonly monthlySpend: number;
  readonly categories: readonly string[];
  readonly currency: string;
  readonly accounts: readonly Account[];
  readonly cards: readonly Card[];
}

/** For a profile that says nothing of it. */
const USUAL_MONTHLY_SPEND = 1500;

/** Undefined where nobody was recognised. */
export function customerOf(session: ToolSession): Customer | undefined {
  const clientId = session.getContext('client_id');
  if (typeof clientId !== 'string' || clientId === '') return undefined;
  const profile = session.getContext('session_profile');
  const known = session.getContext('customer_intelligence') ?? memberAt(profile, 'customer_intelligence');
  const bank = memberAt(known, 'bank_profile');
  return {
    clientId,
    tier: textAt(known, 'relationship_context', 'relationship_tier') ?? '',
    phoneLast4: textAt(profile, 'contact_info', 'phone_last_4'),
    clientSince: textAt(known, 'relationship_context', 'client_since'),
    lifetimeValue: numberAt(known, 'relationship_context', 'lifetime_value_usd') ?? 0,
    monthlySpend: numberAt(known, 'spending_patterns', 'average_monthly_spend') ?? USUAL_MONTHLY_SPEND,
    categories: textsAt(known, 'spending_patterns', 'top_categories'),
    currency: textAt(bank, 'currency') ?? 'USD',
    accounts: accountsOf(bank, clientId),
    cards: objectsAt(bank, 'cards').flatMap(cardOf),
  };
}

export function centsOf(amount: number): number {
  return Math.round(amount * 100);
}

/** A profile that tells of a balance alone has one account. */
function accountsOf(bank: JsonValue | undefined, clientId: string): readonly Account[] {
  const accounts = objectsAt(bank, 'accounts').flatMap(accountOf);
  const balance = numberAt(bank, 'current_balance');
  if (accounts.length > 0 || balance === undefined) return accounts;
  return [{ type: 'checking', last4: derivedDigits(4, 'account', clientId), cents: centsOf(balance) }];
}

function accountOf(entry: JsonObject): Account[] {
  const { type, last_4: last4, balance } = entry;
  if (typeof type !== 'string' || typeof last4 !== 'string' || typeof balance !== 'number') return [];
  return [{ type, last4, cents: centsOf(balance) }];
}

function cardOf(entry: JsonObject): Card[] {
  const { product, network, last_4: last4, status } = entry;
  if (typeof last4 !== 'string') return [];
  return [{ product: text(product, 'card'), network: text(network, ''), last4, status: text(status, 'active') }];
}

function text(value: JsonValue | undefined, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
