import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

/** Milliseconds between two looks of the monitor. */
const RESOLUTION_MS = 10;
const NANOSECONDS_PER_MS = 1e6;

/** How long what is due waits for its turn of the event loop. */
export class EventLoopDelay {
  private readonly histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  start(): void {
    this.histogram.enable();
  }

  /** Milliseconds, on average since it was asked last. */
  takeMs(): number {
    const { mean } = this.histogram;
    this.histogram.reset();
    return Number.isNaN(mean) ? 0 : Math.max(mean / NANOSECONDS_PER_MS - RESOLUTION_MS, 0);
  }

  stop(): void {
    this.histogram.disable();
  }
}
