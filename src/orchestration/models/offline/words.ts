/** The words that a name in code is made of: `cardLast4` and `card_last_4` are card, last, 4. */
export function wordsOfName(name: string): string[] {
  return name
    .replace(/([a-z])([A-Z0-9])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const DIGIT = `(?:${DIGITS.join('|')}|oh|\\d)`;
/** Three at least: "one or two" are no digits of anything. */
const SPELLED = new RegExp(`\\b${DIGIT}(?:[ ,-]+${DIGIT}){2,}\\b`, 'gi');

/** Digits that were spelled out, or said one by one, as digits. */
export function withDigits(said: string): string {
  return said.replace(SPELLED, (run) =>
    run
      .toLowerCase()
      .split(/[ ,-]+/)
      .map((word) => (word === 'oh' ? '0' : /\d/.test(word) ? word : String(DIGITS.indexOf(word))))
      .join(''),
  );
}

/** An enumeration for the ear, of which one is meant. */
export function oneOf(options: readonly string[]): string {
  return enumerated(options, 'or');
}

/** An enumeration for the ear, of which all are meant. */
export function allOf(items: readonly string[]): string {
  return enumerated(items, 'and');
}

function enumerated(items: readonly string[], conjunction: string): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${conjunction} ${items.at(-1) as string}`;
}

const CURRENCIES: Readonly<Record<string, string>> = { USD: 'dollars', EUR: 'euros', GBP: 'pounds', JPY: 'yen' };

/** An amount for the ear, in the currency of this code. */
export function money(amount: number, currency: string): string {
  const digits = Number.isInteger(amount) ? 0 : 2;
  const figure = amount.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: 2 });
  return `${figure} ${CURRENCIES[currency] ?? currency}`.trim();
}

/** `2027-05-04` as May 4, 2027. */
export function dayInWords(date: string): string {
  const time = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(time)
    ? date
    : new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' }).format(time);
}

/** Digits that are said one by one: `4 4 1 1`. */
export function digitByDigit(digits: string): string {
  return [...digits].join(' ');
}

/** Whether what was said before is the question, at its end the beginning of it: the caller may have interrupted. */
export function isAnswerTo(question: string, asked: string): boolean {
  if (asked.includes(question)) return true;
  const cut =
    asked
      .split(/(?<=[.?!])\s+/)
      .at(-1)
      ?.trim() ?? '';
  return cut !== '' && question.startsWith(cut);
}
