/** Reads and writes the fields of one session; implemented on LMDB inside a write transaction. */
export interface FieldSpace {
  get(field: string): string | undefined;
  put(field: string, value: string): void;
  remove(field: string): void;
  names(): Iterable<string>;
}

/**
 * What a batch will write, over what is stored. Nothing reaches the store before {@link flush}, so a refusal in the
 * middle of a batch leaves the session as it was.
 */
export class FieldOverlay {
  private readonly writes = new Map<string, string | undefined>();

  constructor(private readonly space: FieldSpace) {}

  get(field: string): string | undefined {
    return this.writes.has(field) ? this.writes.get(field) : this.space.get(field);
  }

  set(field: string, value: string): void {
    this.writes.set(field, value);
  }

  remove(field: string): void {
    this.writes.set(field, undefined);
  }

  /** Every field that is stored or about to be. */
  names(): string[] {
    return [...new Set([...this.space.names(), ...this.writes.keys()])];
  }

  flush(): void {
    for (const [field, value] of this.writes) {
      if (value === undefined) this.space.remove(field);
      else this.space.put(field, value);
    }
  }
}
