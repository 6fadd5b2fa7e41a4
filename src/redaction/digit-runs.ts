import type { Span } from './span';

/** Digits without anything between them. */
export interface DigitGroup extends Span {
  /** What stands between the group before and this one; empty for the first of a run. */
  readonly gap: string;
  /** As ASCII digits, whatever script they were written in. */
  readonly digits: string;
}

/** Groups of digits that one number may have been written or read aloud in: `4111 1111`, `4 1 1 1`. */
export type DigitRun = readonly DigitGroup[];

/** Digits of the scripts that speech recognition and keyboards give; the low four bits of each are its value. */
const GROUP = /[0-9٠-٩۰-۹０-９]+/g;
/** What people and recognizers put between the digits of one number, characters that nobody sees included. */
const GAP = /^[\s\p{Pd}\p{Cf}\u2212._,;:/()\u00b7\u2022\u2026]+$/u;
/** Longer than any way of writing a number: what is farther apart belongs to different ones. */
const MAX_GAP = 8;

/** All runs of a text. Linear: every character is looked at a fixed number of times. */
export function digitRuns(text: string): DigitRun[] {
  const runs: DigitGroup[][] = [];
  let end = 0;
  for (const { 0: written, index: start } of text.matchAll(GROUP)) {
    const gap = runs.length > 0 && start - end <= MAX_GAP ? text.slice(end, start) : '';
    end = start + written.length;
    const digits = asciiDigits(written);
    if (isGap(gap)) runs.at(-1)?.push({ start, end, digits, gap });
    else runs.push([{ start, end, digits, gap: '' }]);
  }
  return runs;
}

/** A part of a run from one group to another, both included. */
export interface DigitWindow {
  readonly last: number;
  readonly digits: string;
}

/**
 * The parts of a run that begin with the group `first` and have `min` to `max` digits, the shortest first. They begin
 * and end where groups do: digits inside of a longer group are part of another number.
 */
export function windowsFrom(run: DigitRun, first: number, min: number, max: number): DigitWindow[] {
  const windows: DigitWindow[] = [];
  let digits = '';
  for (let last = first; last < run.length; last++) {
    digits += (run[last] as DigitGroup).digits;
    if (digits.length > max) break;
    if (digits.length >= min) windows.push({ last, digits });
  }
  return windows;
}

export function spanOf(run: DigitRun, first = 0, last = run.length - 1): Span {
  return { start: (run[first] as DigitGroup).start, end: (run[last] as DigitGroup).end };
}

/** The two common ones first: the rule for all of them is slow. */
function isGap(gap: string): boolean {
  return gap === ' ' || gap === '-' || (gap !== '' && GAP.test(gap));
}

function asciiDigits(written: string): string {
  if (/^[0-9]+$/.test(written)) return written;
  return Array.from(written, (digit) => digit.charCodeAt(0) & 0xf).join('');
}
