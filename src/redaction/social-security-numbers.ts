import { type DigitRun, digitRuns, spanOf } from './digit-runs';
import type { Span } from './span';

/** Areas, groups and serials that the Social Security Administration gives to nobody. */
const ISSUED = /^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/;
const SIZES = [3, 2, 4];
/** Nine digits in a row are many things; after these words they are one. */
const ANNOUNCED = /(?:\bssn\b|\bsocial\b(?: security)?)[^0-9]{0,24}$/i;
const ANNOUNCEMENT_REACH = 48;

/** US Social Security numbers: `123-45-6789`, nine digits read aloud, or nine in a row that the text announces. */
export function socialSecurityNumbers(text: string): Span[] {
  return digitRuns(text).flatMap((run) => {
    const [group, ...others] = run;
    if (!group) return [];
    if (others.length === 0) return isAnnounced(text, group.start) && isIssued(run) ? [spanOf(run)] : [];
    return isReadAloud(run) ? [spanOf(run)] : writtenIn(text, run);
  });
}

function writtenIn(text: string, run: DigitRun): Span[] {
  // After a plus the whole run is an international telephone number.
  if (text[(run[0] as Span).start - 1] === '+') return [];
  return run.flatMap((_, first) => {
    if (!hasSizes(run, first)) return [];
    const groups = run.slice(first, first + SIZES.length);
    return isIssued(groups) ? [spanOf(groups)] : [];
  });
}

function hasSizes(run: DigitRun, first: number): boolean {
  return SIZES.every((size, index) => run[first + index]?.digits.length === size);
}

function isReadAloud(run: DigitRun): boolean {
  return run.every(({ digits }) => digits.length === 1) && isIssued(run);
}

function isIssued(groups: DigitRun): boolean {
  return groups.length <= 9 && ISSUED.test(groups.map(({ digits }) => digits).join(''));
}

function isAnnounced(text: string, start: number): boolean {
  return ANNOUNCED.test(text.slice(Math.max(0, start - ANNOUNCEMENT_REACH), start));
}
