import { type DigitRun, digitRuns, spanOf, windowsFrom } from './digit-runs';
import type { Span } from './span';

/** ISO/IEC 7812: the shortest and the longest number of a payment card. */
const MIN_DIGITS = 13;
const MAX_DIGITS = 19;

/**
 * Card numbers in a text, by length and check digit, however their digits are grouped. A run of single digits can hold
 * several that overlap; all are told, because which of them was meant cannot be known.
 */
export function cardNumbers(text: string): Span[] {
  return digitRuns(text).flatMap(cardsInRun);
}

/**
 * Whether a JSON number is one. Numbers of programs are times and amounts more often than cards, so here the first
 * digit has to be that of a payment network too: milliseconds since the epoch begin with 1.
 */
export function isCardNumber(value: number): boolean {
  const digits = String(value);
  return /^[2-6]\d{12,18}$/.test(digits) && passesLuhn(digits);
}

function cardsInRun(run: DigitRun): Span[] {
  const spans: Span[] = [];
  for (let first = 0; first < run.length; first++) {
    const windows = windowsFrom(run, first, MIN_DIGITS, MAX_DIGITS);
    const longest = windows.findLast(({ digits }) => passesLuhn(digits));
    if (longest) spans.push(spanOf(run, first, longest.last));
  }
  return spans;
}

export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = digits.length - 1, double = false; index >= 0; index--, double = !double) {
    const digit = digits.charCodeAt(index) - 0x30;
    sum += double ? (digit < 5 ? digit * 2 : digit * 2 - 9) : digit;
  }
  return sum % 10 === 0;
}
