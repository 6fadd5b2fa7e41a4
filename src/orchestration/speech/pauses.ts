import { isClauseMark, isSpace, isSpeakable, isWideClauseMark } from './characters';

/**
 * A first clause of so many words is spoken before its sentence is complete. Six take a voice some two seconds, in
 * which a model writes the rest of the sentence many times over; shorter ones would make the voice halt audibly.
 */
export const FIRST_CLAUSE_WORDS = 6;
/** The same in scripts without spaces, where a character is about half a word. */
export const FIRST_CLAUSE_CHARACTERS = 12;
/** A clause of less is not worth tearing a long sentence at: better at a space further on. */
const MIN_CLAUSE_LENGTH = 60;

/** Behind one of these more are likely to follow: "ending in three, zero, one, seven" is spoken in one breath. */
const FIGURE = /(?:\p{Nd}|\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine))[,;]$/iu;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Places inside a sentence where it can be torn if it must be. */
export class Pauses {
  private clause = 0;
  private space = 0;
  private words = 0;
  private characters = 0;
  private word = '';
  private previous = '';

  /**
   * @param offset where the character stands in the sentence
   * @returns where a clause ends that is long enough to be spoken alone
   */
  see(char: string, offset: number): number | undefined {
    const isBehindWord = isSpace(char) && !isSpace(this.previous);
    if (isBehindWord) this.space = offset;
    if (isBehindWord && this.characters > 0) this.words += 1;
    const end = this.clauseEnd(char, offset);
    if (end !== undefined) this.clause = end;
    const isLong = end !== undefined && this.isLong(char);
    if (isSpeakable(char)) this.characters += 1;
    this.word = isSpace(char) ? '' : this.word + char;
    this.previous = char;
    return isLong ? end : undefined;
  }

  /** The best place to tear a text whose last character is one too many. */
  best(text: string): number {
    if (this.clause >= MIN_CLAUSE_LENGTH) return this.clause;
    return this.space || lastGrapheme(text) || text.length - 1;
  }

  private clauseEnd(char: string, offset: number): number | undefined {
    if (isWideClauseMark(char)) return offset + char.length;
    return isSpace(char) && isClauseMark(this.previous) ? offset : undefined;
  }

  private isLong(char: string): boolean {
    if (!isSpace(char)) return this.characters >= FIRST_CLAUSE_CHARACTERS;
    return this.words >= FIRST_CLAUSE_WORDS && !FIGURE.test(this.word);
  }
}

/** Where the last character that people see begins: an emoji can have many parts. */
function lastGrapheme(text: string): number {
  return [...graphemes.segment(text)].at(-1)?.index ?? 0;
}
