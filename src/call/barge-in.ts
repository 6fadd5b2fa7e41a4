/** The one interruption that an answer can have: of the caller, or of somebody else who holds the session. */
export class BargeIn {
  private readonly stop = new AbortController();
  private by: 'caller' | 'others' | undefined;
  /** Whether all who have to know do. */
  isTold = false;

  get signal(): AbortSignal {
    return this.stop.signal;
  }

  get cause(): 'caller' | 'others' | undefined {
    return this.by;
  }

  /** Only the first one counts. */
  happen(by: 'caller' | 'others'): void {
    this.by ??= by;
    this.stop.abort();
  }
}
