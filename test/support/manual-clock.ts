import type { Clock } from '../../src/common/clock';

/** A clock that moves only when told to. */
export class ManualClock implements Clock {
  constructor(private ms = 1_800_000_000_000) {}

  nowMs(): number {
    return this.ms;
  }

  monotonicMs(): number {
    return this.ms;
  }

  advance(seconds: number): void {
    this.ms += seconds * 1000;
  }
}
