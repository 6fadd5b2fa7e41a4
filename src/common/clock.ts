/** The only source of time. Tests inject a clock they move by hand; nothing else calls `Date.now()`. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. */
  nowMs(): number;
  /** Monotonic clock in milliseconds; only differences mean anything. */
  monotonicMs(): number;
}

/** Injection token of {@link Clock}. */
export const CLOCK = Symbol('CLOCK');

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/** Seconds since the epoch, to the millisecond: the unit of every timestamp in data and APIs. */
export function nowSeconds(clock: Clock): number {
  return clock.nowMs() / 1000;
}
