import fc from 'fast-check';
import { runProperty } from '../../../test/support/property';
import { MAX_PIECE_LENGTH, SentenceCutter } from './sentence-cutter';

/** What decides about ends, and anything else: halves of characters too. */
const fragment = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...'.!?…。！？、।؟,;:"“”«»()「」*\n \t', '\n\n', '. ', '? ', '... ', ', ') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'Dr',
      'e.g',
      'No',
      'I',
      'word',
      'Word',
      '5',
      '3.14',
      'はい',
      '你好',
      'हाँ',
      '😀',
      '👨‍👩‍👧',
      '- ',
      '1',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 5 }) },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom('\ud83d', '\ude00', '\u0301', '\u200d'), maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom('x'.repeat(130), 'word '.repeat(30), ' '.repeat(300), 'うえ'.repeat(70)) },
);
const text = fc.array(fragment, { maxLength: 60 }).map((fragments) => fragments.join(''));
const cuts = fc.array(fc.nat({ max: 40 }), { maxLength: 80 });

/** The text in pushes of the given lengths, what is left in one. */
function cut(whole: string, lengths: readonly number[]): string[] {
  const cutter = new SentenceCutter();
  const pieces: string[] = [];
  let at = 0;
  for (const length of lengths) pieces.push(...cutter.push(whole.slice(at, (at += length))));
  return [...pieces, ...cutter.push(whole.slice(at)), ...cutter.flush()];
}

describe('pieces of any text', () => {
  it('are the text but for white space, none of them empty or too long', async () => {
    const property = fc.property(text, (whole) => {
      const pieces = cut(whole, []);
      expect(pieces.join('').replace(/\s/g, '')).toBe(whole.replace(/\s/g, ''));
      for (const piece of pieces) {
        expect(piece).toBe(piece.trim());
        expect(piece.length).toBeGreaterThan(0);
        expect(piece.length).toBeLessThanOrEqual(MAX_PIECE_LENGTH);
      }
    });
    await runProperty('sentence pieces are the text', property, { numRuns: 2000 });
  });

  it('do not depend on how the stream was cut', async () => {
    const property = fc.property(text, cuts, (whole, lengths) => {
      expect(cut(whole, lengths)).toEqual(cut(whole, []));
      expect(cut(whole, Array<number>(whole.length).fill(1))).toEqual(cut(whole, []));
    });
    await runProperty('sentence pieces and chunks', property, { numRuns: 1000 });
  });

  it('are given no later than the text that comes after them asks for', async () => {
    const property = fc.property(text, text, (before, after) => {
      const cutter = new SentenceCutter();
      const early = cutter.push(before);
      expect(cut(before + after, []).slice(0, early.length)).toEqual(early);
    });
    await runProperty('sentence pieces are never taken back', property, { numRuns: 1000 });
  });
});
