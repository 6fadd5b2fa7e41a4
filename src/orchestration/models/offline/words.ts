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

/** An enumeration for the ear. */
export function oneOf(options: readonly string[]): string {
  if (options.length < 2) return options.join('');
  return `${options.slice(0, -1).join(', ')} or ${options.at(-1) as string}`;
}
