import { dayOf, lastYearEnd } from './days';
import { derivedFraction } from './derived';
import type { Instrument } from './instruments';

/** Prices are told with this delay, and change as often. */
export const QUOTE_DELAY_MINUTES = 15;
const DELAY_MS = QUOTE_DELAY_MINUTES * 60_000;
const DAYS_A_YEAR = 365.25;
/** When prices stood where instruments.ts says: January 1, 2025. */
const FIRST_DAY = 20_089;

export interface Quote {
  readonly price: number;
  readonly asOfMs: number;
  readonly changeTodayPercent: number;
  readonly changeThisYearPercent: number;
}

export function quoteAt(instrument: Instrument, nowMs: number): Quote {
  const asOfMs = Math.floor(nowMs / DELAY_MS - 1) * DELAY_MS;
  const day = dayOf(asOfMs);
  const price = cents(
    closeOf(instrument, day) * (1 + 0.004 * centred('quarter', instrument.symbol, asOfMs / DELAY_MS)),
  );
  return {
    price,
    asOfMs,
    changeTodayPercent: percent(price, closeOf(instrument, day - 1)),
    changeThisYearPercent: percent(price, closeOf(instrument, lastYearEnd(day))),
  };
}

/** Two slow waves and a little noise about the trend: a price that moves believably, and is the same in every call. */
function closeOf({ symbol, price, drift }: Instrument, day: number): number {
  const wave = (days: number) => Math.sin((day / days + derivedFraction('wave', symbol, days)) * 2 * Math.PI);
  const trend = Math.exp((drift * (day - FIRST_DAY)) / DAYS_A_YEAR);
  return price * trend * (1 + 0.05 * wave(173) + 0.02 * wave(31) + 0.006 * centred('day', symbol, day));
}

function centred(...parts: readonly (string | number)[]): number {
  return 2 * derivedFraction(...parts) - 1;
}

function percent(now: number, then: number): number {
  return Math.round((now / then - 1) * 10_000) / 100;
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
