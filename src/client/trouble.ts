import type { Backoff } from './backoff';

/** Refusals of one kind that may pass: how long to wait after each, and when to wait no longer. */
export class Trouble {
  private since: number | undefined;

  constructor(
    private readonly backoff: Backoff,
    private readonly giveUpAfterMs: number,
  ) {}

  /** Undefined where it has lasted too long. */
  pauseMs(): number | undefined {
    const now = performance.now();
    this.since ??= now;
    return now - this.since > this.giveUpAfterMs ? undefined : this.backoff.nextMs();
  }

  over(): void {
    this.since = undefined;
    this.backoff.reset();
  }
}
