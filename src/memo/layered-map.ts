/**
 * What the store has, under what this process has changed and the store has not confirmed yet. Reads see both; when
 * the ground moves, the layer on top is dropped and laid anew.
 */
export class LayeredMap<V> {
  /** Undefined stands for "removed". */
  private readonly top = new Map<string, V | undefined>();

  constructor(private ground: Map<string, V>) {}

  get(key: string): V | undefined {
    return this.top.size > 0 && this.top.has(key) ? this.top.get(key) : this.ground.get(key);
  }

  set(key: string, value: V): void {
    this.top.set(key, value);
  }

  delete(key: string): void {
    this.top.set(key, undefined);
  }

  *entries(): IterableIterator<[string, V]> {
    for (const entry of this.ground) if (!this.top.has(entry[0])) yield entry;
    for (const [key, value] of this.top) if (value !== undefined) yield [key, value];
  }

  /** Takes another ground, with nothing on top. */
  layOn(ground: Map<string, V>): void {
    this.ground = ground;
    this.top.clear();
  }
}
