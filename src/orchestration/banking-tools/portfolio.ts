import type { Customer } from './customer';
import { derived, derivedFraction } from './derived';
import { type Instrument, INSTRUMENTS } from './instruments';
import { quoteAt } from './prices';

/** Who is worth less to the bank has no portfolio there. */
const MIN_LIFETIME_VALUE = 10_000;
const MAX_POSITIONS = 5;

export interface Position {
  readonly instrument: Instrument;
  readonly units: number;
  readonly price: number;
  readonly cents: number;
  readonly changeThisYearPercent: number;
}

/** What a customer owns, at the prices that get_quote tells; the largest first. */
export function positionsOf({ clientId, lifetimeValue }: Customer, nowMs: number): readonly Position[] {
  if (lifetimeValue < MIN_LIFETIME_VALUE) return [];
  const owned = INSTRUMENTS.filter(({ kind }) => kind !== 'index')
    .map((instrument) => ({ instrument, rank: derivedFraction('owns', clientId, instrument.symbol) }))
    .sort((left, right) => left.rank - right.rank)
    .slice(0, 3 + derived(MAX_POSITIONS - 2, 'positions', clientId));
  return owned
    .map(({ instrument }) => positionOf(instrument, lifetimeValue / owned.length, clientId, nowMs))
    .sort((left, right) => right.cents - left.cents);
}

function positionOf(instrument: Instrument, share: number, clientId: string, nowMs: number): Position {
  const weight = 0.4 + 1.2 * derivedFraction('weight', clientId, instrument.symbol);
  const units = Math.max(1, Math.round((share * weight) / instrument.price));
  const { price, changeThisYearPercent } = quoteAt(instrument, nowMs);
  return { instrument, units, price, cents: Math.round(units * price * 100), changeThisYearPercent };
}
