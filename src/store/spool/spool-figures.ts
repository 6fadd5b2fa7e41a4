/** What a spool holds, in figures. */
export interface SpoolFigures {
  /** Batches that wait for the store. */
  readonly entries: number;
  /** Of all that is kept, dead letters included. */
  readonly bytes: number;
  /** Batches that the store has refused for good when they were brought to it. */
  readonly deadLetters: number;
}
