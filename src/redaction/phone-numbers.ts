import type { CountryCode } from 'libphonenumber-js';
import { type DigitGroup, type DigitRun, digitRuns, type DigitWindow, spanOf, windowsFrom } from './digit-runs';
import { lengthsByCallingCode, type NumberingPlan, planOf } from './numbering-plans';
import type { Detector, Span } from './span';

/** Digits of an international number (E.164), and of the shortest way to say one with what is dialled before it. */
const MAX_DIGITS = 15;
const MIN_DIGITS = 7;
const MIN_INTERNATIONAL_DIGITS = 8;
/** In a row of several groups: the digits of a date and of a time after it would make a number of ten. */
const YEAR = /^(?:19|20)\d\d$/;
/** What announces an international number; people say the word. */
const PLUS = /(?:[+\uff0b]\s?\(?|\bplus\s{1,2})$/i;
const PLUS_REACH = 8;
/** What belongs to a number before its first digit. */
const OPENING = /(?:[+\uff0b]\s?)?\(?$/;
const DIALLED = /^(?:011|00)(?=[1-9])/;

/**
 * Telephone numbers: national ones of `region`, international ones of all. What a number is, the library's metadata
 * say; the scan is ours, because the library's passes over numbers that stand side by side or are read aloud with
 * pauses, and what is passed over would be shown.
 */
export function phoneNumbersOf(region: CountryCode): Detector {
  const rules = { plan: planOf(region), byCallingCode: lengthsByCallingCode() };
  return (text) => digitRuns(text).flatMap((run) => phonesInRun(text, run, rules));
}

interface Rules {
  readonly plan: NumberingPlan;
  readonly byCallingCode: ReadonlyMap<string, ReadonlySet<number>>;
}

function phonesInRun(text: string, run: DigitRun, rules: Rules): Span[] {
  const spans: Span[] = [];
  for (let first = 0; first < run.length; first++) {
    const found = longestFrom(text, run, first, rules);
    if (!found) continue;
    const { start, end } = spanOf(run, first, found.last);
    const opening = OPENING.exec(text.slice(Math.max(0, start - PLUS_REACH), start))?.[0].length ?? 0;
    spans.push({ start: start - opening, end });
    first = found.last;
  }
  return spans;
}

function longestFrom(text: string, run: DigitRun, first: number, rules: Rules): DigitWindow | undefined {
  const { start } = run[first] as DigitGroup;
  const windows = windowsFrom(run, first, MIN_DIGITS, MAX_DIGITS);
  if (windows.length === 0) return undefined;
  const international = PLUS.test(text.slice(Math.max(0, start - PLUS_REACH), start));
  return windows.findLast(({ last, digits }) =>
    international ? isInternational(digits, rules) : isNational(digits, run, first, last, rules),
  );
}

function isInternational(digits: string, { byCallingCode }: Rules): boolean {
  if (digits.length < MIN_INTERNATIONAL_DIGITS) return false;
  return [1, 2, 3].some((size) => byCallingCode.get(digits.slice(0, size))?.has(digits.length - size));
}

function isNational(digits: string, run: DigitRun, first: number, last: number, rules: Rules): boolean {
  const dialled = digits.startsWith('0') ? DIALLED.exec(digits)?.[0] : undefined;
  if (dialled !== undefined && isInternational(digits.slice(dialled.length), rules)) return isSpoken(run, first, last);
  const numbers = nationalForms(digits, rules.plan);
  if (numbers.length === 0) return false;
  return isWrittenLikeOne(run, first, last) || (numbers.some(rules.plan.isNational) && isSpoken(run, first, last));
}

/** What the digits can be by their number alone: with and without what is dialled before a national number. */
function nationalForms(digits: string, { lengths, prefix }: NumberingPlan): string[] {
  const forms = lengths.has(digits.length) ? [digits] : [];
  const isDialled = prefix !== '' && lengths.has(digits.length - prefix.length) && digits.startsWith(prefix);
  return isDialled ? [...forms, digits.slice(prefix.length)] : forms;
}

/** `415-555-0132`, `1 415 555 0132`: the form says what it is, even of a number that nobody was given. */
function isWrittenLikeOne(run: DigitRun, first: number, last: number): boolean {
  const sizes = run.slice(first, last + 1).map(({ digits }) => digits.length);
  return /^(?:1,)?3,3,4$/.test(sizes.join());
}

/** Neither a date nor a row of decimal fractions or of thousands. */
function isSpoken(run: DigitRun, first: number, last: number): boolean {
  const groups = run.slice(first, last + 1);
  if (groups.length > 2 && groups.some(({ digits }) => YEAR.test(digits))) return false;
  return groups.slice(1).every(({ gap }) => !/^[.,:]$|[;/]/.test(gap));
}
