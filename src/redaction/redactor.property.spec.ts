import fc from 'fast-check';
import { passesLuhn } from './card-numbers';
import { Redactor } from './redactor';

const redactor = new Redactor();

const digits = (min: number, max: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: min, maxLength: max }).map((list) => list.join(''));
/** A number of 13 to 19 digits whose last one is its check digit. */
const card = digits(12, 18).map((body) => {
  const check = [...'0123456789'].find((digit) => passesLuhn(body + digit));
  return `${body}${check}`;
});
const separator = fc.constantFrom('', ' ', '-', '  ', ' - ', '.', ', ', '\u00a0', '\u2013', '\n', '\u200b', '/', ' … ');
const spread = fc
  .tuple(card, fc.array(separator, { minLength: 19, maxLength: 19 }))
  .map(([number, gaps]) => [...number].map((digit, index) => digit + (gaps[index] as string)).join(''))
  .map((text) => text.replace(/\D+$/u, ''));
const words = fc.constantFrom('', 'my card: ', 'yes ', '(', 'The number is ', '日本');
const speech = fc.array(
  fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom(...'0123456789 -+(),.@ab[]') }),
    card,
    fc.emailAddress(),
    fc.constantFrom('415-555-0132', '+44 20 7946 0018', '123-45-6789', '[card number]', ' plus ', 'ssn '),
  ),
  { maxLength: 12 },
);

describe('what the Redactor promises of any text', () => {
  it('lets no card number through, whatever stands between its digits', () => {
    fc.assert(
      fc.property(words, spread, words, (before, number, after) => {
        const redacted = redactor.text(`${before}${number}${after}`);
        expect(redacted).toBe(`${before}[card number]${after}`);
      }),
      { numRuns: 500 },
    );
  });

  it('changes nothing more when it is asked again', () => {
    const joined = fc.tuple(speech, fc.constantFrom('', ' ', ', ')).map(([parts, gap]) => parts.join(gap));
    fc.assert(
      fc.property(joined, (text) => {
        const once = redactor.text(text);
        expect(redactor.text(once)).toBe(once);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives a text without digits and addresses back as it is', () => {
    const plain = fc.string({ unit: 'grapheme', maxLength: 200 }).map((text) => text.replace(/[\p{Nd}@]/gu, 'x'));
    fc.assert(fc.property(plain, (text) => expect(redactor.text(text)).toBe(text)));
  });

  it.each([
    ['digits', '1'],
    ['digits read aloud', '1 '],
    ['pluses', '+1 '],
    ['letters', 'a'],
    ['ats', 'a@'],
    ['labels', 'a@b.'],
    ['blanks', ' '],
    ['dashes', '1--------'],
    ['phone numbers', '415-555-0132 '],
    ['cards', '4111 1111 1111 1111 x '],
  ])(
    'takes time that grows with the text alone: a megabyte of %s',
    (_what, unit) => {
      // Time of this process: what others do on the machine is none of it.
      const timeOf = (bytes: number) => {
        const text = unit.repeat(bytes / unit.length);
        const start = process.cpuUsage();
        redactor.text(text);
        return process.cpuUsage(start).user / 1000;
      };
      const eighth = timeOf(128 * 1024);
      // Eight times as long; what grows with the square would take 64 times. The sum is for the collector of garbage.
      expect(timeOf(1024 * 1024)).toBeLessThan(20 * eighth + 500);
    },
    120_000,
  );
});
