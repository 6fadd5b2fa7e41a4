/** The last names that were added, up to a bound: what is older is forgotten. */
export class RecentNames {
  private readonly names = new Set<string>();

  constructor(private readonly most: number) {}

  has(name: string): boolean {
    return this.names.has(name);
  }

  /** False where it was there. */
  add(name: string): boolean {
    if (this.names.has(name)) return false;
    this.names.add(name);
    for (const oldest of this.names) {
      if (this.names.size <= this.most) break;
      this.names.delete(oldest);
    }
    return true;
  }

  delete(name: string): boolean {
    return this.names.delete(name);
  }

  /** All of them, which are then forgotten. */
  takeAll(): string[] {
    const all = [...this.names];
    this.names.clear();
    return all;
  }
}
