/** One request of a writer, on the monotonic clock. */
export interface Attempt {
  readonly sessionId: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Stored; whether replicas have it is another question. */
  readonly isStored: boolean;
}

/** The requests of all writers, as long as somebody wants to know. */
export class Attempts {
  private kept: Attempt[] = [];
  private isKeeping = true;

  add(attempt: Attempt): void {
    if (this.isKeeping) this.kept.push(attempt);
  }

  get all(): readonly Attempt[] {
    return this.kept;
  }

  stop(): void {
    this.isKeeping = false;
    this.kept = [];
  }
}

/** Windows are compared by their slowest hundredth; a request that failed took for ever. */
export function p99(attempts: readonly Attempt[]): number {
  const times = attempts.map(({ startMs, endMs, isStored }) => (isStored ? endMs - startMs : Infinity));
  return times.sort((one, two) => one - two)[Math.ceil(times.length * 0.99) - 1] ?? Infinity;
}

/** @returns p99 of each window of attempts that began in it */
export function windowsOf(
  attempts: readonly Attempt[],
  fromMs: number,
  untilMs: number,
  windowMs: number,
): readonly number[] {
  const count = Math.floor((untilMs - fromMs) / windowMs);
  return Array.from({ length: count }, (_, index) => {
    const startMs = fromMs + index * windowMs;
    return p99(attempts.filter((one) => one.startMs >= startMs && one.startMs < startMs + windowMs));
  });
}

export function median(values: readonly number[]): number {
  return [...values].sort((one, two) => one - two)[Math.floor(values.length / 2)] ?? 0;
}
