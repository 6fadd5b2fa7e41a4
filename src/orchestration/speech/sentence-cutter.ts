import { isSpace } from './characters';
import { OpenMarks } from './open-marks';
import { Pauses } from './pauses';
import { SentenceEnd } from './sentence-end';

/** Text that ends no sentence is torn at this length (UTF-16), at a clause or a word: about 15 seconds of speech. */
export const MAX_PIECE_LENGTH = 240;

/**
 * Cuts text that a model streams into pieces that can be spoken, each as soon as its end is certain: with the next
 * character that is no space, and at once where `?`, `!` or the script leave no doubt. The first piece of a reply may be
 * a long clause. Pieces have no white space around them and are never empty; together they are the text. They are the
 * same however the stream was cut. The cost is that of the new text alone.
 */
export class SentenceCutter {
  private text = '';
  private end = new SentenceEnd();
  private open = new OpenMarks();
  private pauses = new Pauses();
  private isFirst = true;
  /** Half a character, whose other half has not come yet. */
  private half = '';

  /** @returns what can be spoken now */
  push(text: string): string[] {
    const pieces: string[] = [];
    for (const char of this.whole(text)) this.take(char, pieces);
    return pieces;
  }

  /** The reply is over: gives what is left, and begins anew. */
  flush(): string[] {
    const pieces: string[] = [];
    if (this.half !== '') this.take(this.half, pieces);
    this.half = '';
    const rest = this.text.trimEnd();
    if (rest !== '') pieces.push(rest);
    this.restart();
    this.isFirst = true;
    return pieces;
  }

  private take(char: string, pieces: string[]): void {
    if (this.text === '' && isSpace(char)) return;
    const offset = this.text.length;
    this.text += char;
    const pause = this.pauses.see(char, offset);
    const cut = this.cutAt(char, offset, pause);
    this.open.see(char);
    if (cut !== undefined) this.give(cut, pieces);
  }

  private cutAt(char: string, offset: number, pause: number | undefined): number | undefined {
    if (this.text.length > MAX_PIECE_LENGTH) return this.pauses.best(this.text);
    const end = this.end.see(char, offset, this.open);
    return end ?? (this.isFirst && !this.open.areThere ? pause : undefined);
  }

  /** What stands behind the cut is read again as the beginning of the next piece: a few characters, as a rule. */
  private give(cut: number, pieces: string[]): void {
    const rest = this.text.slice(cut);
    pieces.push(this.text.slice(0, cut).trimEnd());
    this.restart();
    this.isFirst = false;
    for (const char of rest) this.take(char, pieces);
  }

  private restart(): void {
    this.text = '';
    this.end = new SentenceEnd();
    this.open = new OpenMarks();
    this.pauses = new Pauses();
  }

  private whole(text: string): string {
    const all = this.half + text;
    this.half = /[\ud800-\udbff]$/.exec(all)?.[0] ?? '';
    return this.half === '' ? all : all.slice(0, -1);
  }
}
