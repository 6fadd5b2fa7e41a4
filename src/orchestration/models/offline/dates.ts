const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH = `(${MONTHS.join('|')})[a-z]*\\.?`;
const ISO = /\b(\d{4}-\d{2}-\d{2})(?!\d)/;
const MONTH_FIRST = new RegExp(`\\b${MONTH} (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})\\b`, 'i');
const DAY_FIRST = new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?(?: of)? ${MONTH},? (\\d{4})\\b`, 'i');
const CLOCK = '(?: (?:at|around|after|before) \\d{1,2}(?::\\d{2})?(?: ?[ap]\\.?m\\.?)?)?';
const RELATIVE = new RegExp(
  `\\b((?:today|tomorrow|yesterday|(?:next |on )?(?:mon|tues|wednes|thurs|fri|satur|sun)day)(?: (?:morning|afternoon|evening))?${CLOCK})`,
  'i',
);

/**
 * A date that was said, as `2025-04-30` where it is whole. What depends on today stays as it was said: rules that
 * answer the same at any time know no today, so a parameter that must be a date doesn't get it.
 */
export function dateIn(said: string, mustBeDate: boolean): string | undefined {
  const iso = ISO.exec(said)?.[1];
  if (iso !== undefined) return iso;
  const [, month = '', day = '', year = ''] = MONTH_FIRST.exec(said) ?? [];
  if (year !== '') return isoDate(year, month, day);
  const [, first = '', second = '', third = ''] = DAY_FIRST.exec(said) ?? [];
  if (third !== '') return isoDate(third, second, first);
  return mustBeDate ? undefined : RELATIVE.exec(said)?.[1];
}

const TIME_24 = /(?<![\d:])([01]?\d|2[0-3]):([0-5]\d)(?![\d:])(?! ?[ap]\.?m)/i;
const TIME_12 = /(?<![\d:])(1[0-2]|0?[1-9])(?::([0-5]\d))? ?([ap])\.?m\b/i;

/** A time that was said, as `15:30`. */
export function timeIn(said: string): string | undefined {
  const [, hour = '', minute = '00', half = ''] = TIME_12.exec(said) ?? [];
  if (half !== '') return clock((Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0), minute);
  const [, hours = '', minutes = ''] = TIME_24.exec(said) ?? [];
  return minutes === '' ? undefined : clock(Number(hours), minutes);
}

function clock(hour: number, minute: string): string {
  return `${String(hour).padStart(2, '0')}:${minute}`;
}

function isoDate(year: string, month: string, day: string): string {
  const number = MONTHS.indexOf(month.toLowerCase()) + 1;
  return `${year}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}`;
}
