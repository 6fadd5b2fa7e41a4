interface Turn<T> {
  readonly waiting: T[];
  running: number;
  usedMs: number;
}

/**
 * Shares the threads between templates, by the time that each has used of them: the next is always of the text that has
 * used least, within a text the first that came. So a text that is slow, or rendered many times over, waits behind the
 * others and not the others behind it. What a text has used is forgotten when nothing of it waits or runs.
 */
export class FairQueue<T extends { readonly text: string; readonly size: number }> {
  /** Of all that waits. */
  size = 0;
  private readonly turns = new Map<string, Turn<T>>();

  add(item: T): void {
    this.turnOf(item.text).waiting.push(item);
    this.size += item.size;
  }

  /** Takes out what is to run now; `done` says when it has. */
  next(): T | undefined {
    const [first] = this.inOrder();
    const item = first?.waiting.shift();
    if (first === undefined || item === undefined) return undefined;
    first.running += 1;
    this.size -= item.size;
    return item;
  }

  done({ text }: T, usedMs: number): void {
    const turn = this.turnOf(text);
    turn.running -= 1;
    turn.usedMs += usedMs;
    this.forgetIdle(text, turn);
  }

  /** Takes out what would be the last to run. */
  dropLast(): T | undefined {
    const item = this.inOrder().at(-1)?.waiting.at(-1);
    if (item !== undefined) this.remove(item);
    return item;
  }

  remove(item: T): void {
    const turn = this.turnOf(item.text);
    const index = turn.waiting.indexOf(item);
    if (index >= 0) {
      turn.waiting.splice(index, 1);
      this.size -= item.size;
    }
    this.forgetIdle(item.text, turn);
  }

  /** Those that run already come later: they will have used more in a moment. */
  private inOrder(): Turn<T>[] {
    const turns = [...this.turns.values()].filter(({ waiting }) => waiting.length > 0);
    return turns.sort((left, right) => left.usedMs - right.usedMs || left.running - right.running);
  }

  /** A text that comes anew has used as much as the one that used least: it need not wait for the others to catch up. */
  private turnOf(text: string): Turn<T> {
    const known = this.turns.get(text);
    if (known !== undefined) return known;
    const used = [...this.turns.values()].map(({ usedMs }) => usedMs);
    const turn = { waiting: [], running: 0, usedMs: used.length === 0 ? 0 : Math.min(...used) };
    this.turns.set(text, turn);
    return turn;
  }

  private forgetIdle(text: string, { waiting, running }: Turn<T>): void {
    if (waiting.length === 0 && running === 0) this.turns.delete(text);
  }
}
