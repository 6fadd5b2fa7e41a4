/**
 * What the store has, under what this process has changed and the store has not confirmed yet. Reads see both; when
 * the ground moves, the layer on top is dropped and laid anew.
 */
export class LayeredMap<V> {
  /** Only there while something is on top, for memos are many; undefined as a value stands for "removed". */
  private top: Map<string, V | undefined> | undefined;

  constructor(private ground: Map<string, V>) {}

  get(key: string): V | undefined {
    return this.top?.has(key) ? this.top.get(key) : this.ground.get(key);
  }

  set(key: string, value: V): void {
    this.lay(key, value);
  }

  delete(key: string): void {
    this.lay(key, undefined);
  }

  private lay(key: string, value: V | undefined): void {
    this.top ??= new Map();
    this.top.set(key, value);
  }

  *entries(): IterableIterator<[string, V]> {
    for (const entry of this.ground) if (!this.top?.has(entry[0])) yield entry;
    for (const [key, value] of this.top ?? []) if (value !== undefined) yield [key, value];
  }

  /** Takes another ground, with nothing on top. */
  layOn(ground: Map<string, V>): void {
    this.ground = ground;
    this.top = undefined;
  }
}
