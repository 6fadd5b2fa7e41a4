import { setTimeout as sleep } from 'node:timers/promises';

/** Wakes whoever waits for news. What came while nobody waited wakes the next one at once. */
export class Signal {
  private isGiven = false;
  private wake: (() => void) | undefined;

  give(): void {
    this.isGiven = true;
    this.wake?.();
  }

  /** Resolves with the next news, or when the time is up. */
  async next(withinMs: number): Promise<void> {
    const over = new AbortController();
    if (!this.isGiven) {
      const given = new Promise<void>((resolve) => (this.wake = resolve));
      await Promise.race([given, sleep(withinMs, undefined, { signal: over.signal }).catch(() => undefined)]);
      over.abort();
    }
    this.isGiven = false;
    this.wake = undefined;
  }
}
