/** What characters mean for where a sentence ends. One character is one code point. */

export const isSpace = (char: string): boolean => /\s/.test(char);
export const isLineEnd = (char: string): boolean => /[\n\u2028\u2029]/.test(char);
export const isSpeakable = (char: string): boolean => /[\p{L}\p{N}]/u.test(char);
export const isLowerCase = (char: string): boolean => /\p{Ll}/u.test(char);
export const isDigit = (char: string): boolean => /\p{Nd}/u.test(char);
/** Scripts that put no space between sentences. */
export const isSpaceless = (char: string): boolean =>
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(char);
export const isHiragana = (char: string): boolean => /\p{Script=Hiragana}/u.test(char);

/** May end a sentence, or an abbreviation, or stand in a number: Unicode's ATerm, and the ellipsis. */
export const isAmbiguousStop = (char: string): boolean => /[.\u2024\ufe52\uff0e\u2026]/.test(char);
/** Ends a sentence in its script wherever it stands, and is not doubled with others: full stops. */
export const isFullStop = (char: string): boolean => /[。｡।॥۔։።។၊။]/.test(char);
/** Any other end of a sentence. In ASCII it needs a space behind it, since `?` and `!` stand in addresses too. */
export const isMark = (char: string): boolean => /\p{Sentence_Terminal}/u.test(char) && !isAmbiguousStop(char);
export const isAscii = (char: string): boolean => char <= '\x7f';

/** Stands behind the end of a sentence and belongs to it: quotes, brackets, Markdown's emphasis, emojis and their parts. */
export const isTail = (char: string): boolean =>
  /[\p{Pe}\p{Pf}\p{Pi}"'*_~`\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\u200d]/u.test(char);
export const isQuote = (char: string): boolean => /[\p{Pf}\p{Pi}"'」』]/u.test(char);

/** A pause inside a sentence, where a space follows. */
export const isClauseMark = (char: string): boolean => /[,;:\u2013\u2014،؛]/.test(char);
/** The same in scripts that need no space. */
export const isWideClauseMark = (char: string): boolean => /[、，；：]/.test(char);
