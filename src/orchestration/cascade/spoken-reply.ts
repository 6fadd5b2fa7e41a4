/** One message of an agent in a turn: its text as it is written, and how much of it was given out to be spoken. */
export class SpokenReply {
  private written = '';
  private given = 0;

  /** What has been written so far. */
  get text(): string {
    return this.written;
  }

  /** As much of it as was given out. */
  get givenText(): string {
    return this.written.slice(0, this.given);
  }

  write(text: string): void {
    this.written += text;
  }

  /** A sentence of the text is given out. @returns where it begins */
  speak(sentence: string): number {
    const found = this.written.indexOf(sentence, this.given);
    // A sentence is the text but for white space: where that was joined, its length is near enough.
    const from = found < 0 ? this.given : found;
    this.given = Math.min(from + sentence.length, this.written.length);
    return from;
  }
}
