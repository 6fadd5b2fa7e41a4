export interface BackoffOptions {
  /** Pause after the first failure; each later one is twice as long. @default 100 */
  readonly firstMs: number;
  /** @default 5000 */
  readonly longestMs: number;
}

/** Pauses between attempts. Half of each is chance: clients that lost one service don't come back together. */
export class Backoff {
  private failures = 0;

  constructor(private readonly options: BackoffOptions) {}

  /** How long to wait after one more failure; `askedMs` is what the service asks for, and is never undercut. */
  nextMs(askedMs?: number): number {
    const { firstMs, longestMs } = this.options;
    const ownMs = Math.min(firstMs * 2 ** Math.min(this.failures, 30), longestMs) * (0.5 + Math.random() / 2);
    this.failures += 1;
    return askedMs === undefined ? ownMs : askedMs + Math.random() * firstMs;
  }

  /** Something succeeded. */
  reset(): void {
    this.failures = 0;
  }
}
