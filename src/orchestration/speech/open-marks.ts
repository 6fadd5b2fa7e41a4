const CLOSERS: Readonly<Record<string, string>> = {
  '(': ')',
  '[': ']',
  '{': '}',
  '«': '»',
  '“': '”',
  '„': '“',
  '「': '」',
  '『': '』',
  '（': '）',
  '【': '】',
  '《': '》',
};
/** Text that opens more than this is not prose. */
const MAX_OPEN = 8;

/** Brackets and quotation marks that are open at a place in the text. Apostrophes are not told from quotes: left out. */
export class OpenMarks {
  private awaited: string[] = [];

  get areThere(): boolean {
    return this.awaited.length > 0;
  }

  /** Whether the character would close something. */
  isAwaited(char: string): boolean {
    return this.awaited.includes(char);
  }

  see(char: string): void {
    const position = this.awaited.lastIndexOf(char);
    if (position >= 0) this.awaited.length = position;
    else if (this.awaited.length < MAX_OPEN) this.open(char);
  }

  private open(char: string): void {
    const closer = char === '"' ? '"' : CLOSERS[char];
    if (closer !== undefined) this.awaited.push(closer);
  }
}
