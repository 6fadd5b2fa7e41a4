import { type BeforeStop, isAbbreviation } from './abbreviations';
import {
  isAmbiguousStop,
  isAscii,
  isFullStop,
  isHiragana,
  isLineEnd,
  isLowerCase,
  isMark,
  isQuote,
  isSpace,
  isSpaceless,
  isSpeakable,
  isTail,
} from './characters';
import type { OpenMarks } from './open-marks';

/** A full stop that may belong to its word; a mark that ends by itself; the end of a line. */
type EndKind = 'stop' | 'mark' | 'line';

/** A place where the sentence may have ended; what comes next says whether it has. */
interface PossibleEnd {
  /** Behind the mark and all that belongs to it. */
  at: number;
  kind: EndKind;
  readonly before: BeforeStop;
  /** Whether it stands in a script that puts no space behind it. */
  readonly isWide: boolean;
  isEllipsis: boolean;
  isQuoted: boolean;
  isSpaced: boolean;
}

/**
 * Looks for the end of one sentence, character by character: the rules of Unicode (UAX #29, by its property
 * Sentence_Terminal) and what they leave open, such as abbreviations. `Intl.Segmenter` knows the same rules, but has to
 * be asked about the text anew with every piece of it, and what it says of the last sentence changes with the next.
 */
export class SentenceEnd {
  private possible: PossibleEnd | undefined;
  /** Since the last space. */
  private word = '';
  private wordsInLine = 0;
  private canBeSpoken = false;

  /**
   * @param offset where the character stands in the sentence
   * @param open what is open before it
   * @returns where the sentence ends, as soon as that is certain: at most behind this character
   */
  see(char: string, offset: number, open: OpenMarks): number | undefined {
    const end = this.possible ? this.goOn(this.possible, char, offset, open) : undefined;
    if (end !== undefined) return end;
    const begun = this.possible ? undefined : this.begin(char, offset, open);
    this.follow(char);
    return begun;
  }

  private begin(char: string, offset: number, open: OpenMarks): number | undefined {
    const kind = this.canBeSpoken ? kindOf(char) : undefined;
    if (kind === undefined) return undefined;
    if (isFullStop(char) && !open.areThere) return offset + char.length;
    this.possible = {
      at: kind === 'line' ? offset : offset + char.length,
      kind,
      before: { word: this.word, opensLine: this.wordsInLine === 0 },
      isWide: !isAscii(char),
      isEllipsis: char === '…',
      isQuoted: false,
      isSpaced: kind === 'line',
    };
    return undefined;
  }

  /** Something may have ended: the character belongs to it, or decides. */
  private goOn(possible: PossibleEnd, char: string, offset: number, open: OpenMarks): number | undefined {
    if (isSpace(char)) return pause(possible, char, open);
    if (belongsTo(possible, char, open)) {
      extend(possible, char, offset);
      return undefined;
    }
    this.possible = undefined;
    return hasEnded(possible, char) ? possible.at : undefined;
  }

  private follow(char: string): void {
    if (isSpeakable(char)) this.canBeSpoken = true;
    if (isLineEnd(char)) this.wordsInLine = 0;
    else if (isSpace(char) && /[\p{L}\p{N}]/u.test(this.word)) this.wordsInLine += 1;
    this.word = isSpace(char) ? '' : this.word + char;
  }
}

function kindOf(char: string): EndKind | undefined {
  if (isAmbiguousStop(char)) return 'stop';
  if (isMark(char)) return 'mark';
  return isLineEnd(char) ? 'line' : undefined;
}

function pause(possible: PossibleEnd, char: string, open: OpenMarks): number | undefined {
  const isBlankLine = isLineEnd(char) && possible.kind === 'line';
  const isPlainMark = possible.kind === 'mark' && !possible.isQuoted && !open.areThere;
  if (isBlankLine || isPlainMark) return possible.at;
  if (isLineEnd(char)) possible.kind = 'line';
  possible.isSpaced = true;
  return undefined;
}

/** More marks, quotes and brackets; behind a space only what closes something (« Bonjour ! ») or goes on (. . .). */
function belongsTo(possible: PossibleEnd, char: string, open: OpenMarks): boolean {
  if (!possible.isSpaced) return isTail(char) || isAmbiguousStop(char) || isMark(char);
  return open.isAwaited(char) || (possible.kind === 'stop' && isAmbiguousStop(char));
}

function extend(possible: PossibleEnd, char: string, offset: number): void {
  possible.at = offset + char.length;
  possible.isSpaced = false;
  if (isQuote(char)) possible.isQuoted = true;
  if (isMark(char)) possible.kind = 'mark';
  if (isAmbiguousStop(char)) possible.isEllipsis = true;
}

function hasEnded(possible: PossibleEnd, next: string): boolean {
  const { isWide, isEllipsis, isQuoted, isSpaced } = possible;
  switch (possible.kind) {
    case 'line':
      return !isLowerCase(next);
    case 'mark':
      if (isWide) return !(isQuoted && isHiragana(next));
      return isSpaced ? !(isQuoted && isLowerCase(next)) : isSpaceless(next);
    case 'stop':
      if (!isSpaced) return isWide && !isEllipsis && isSpaceless(next);
      return !isLowerCase(next) && (isEllipsis || !isAbbreviation(possible.before, next));
  }
}
