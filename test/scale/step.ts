import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../src/programs/random';
import { percentile } from '../bench/measure';
import { Arrivals } from './arrivals';
import type { Calls } from './calls';

export interface StepOptions {
  /** Turns. */
  readonly perSecond: number;
  readonly seconds: number;
  /** Before those that count. */
  readonly warmUpSeconds: number;
}

/** Of turns that were to begin while it was measured. Times run from the moment a turn was to begin, not from its sending. */
export interface StepLatencies {
  readonly turns: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** How late turns were sent: this is the generator's own doing, and part of the times above. */
  readonly lateP99Ms: number;
  readonly failures: number;
  /** It was ended early, because turns piled up. */
  readonly isOverloaded: boolean;
}

/** Turns that are under way at the same time, in seconds of the rate: no step recovers from it within its goal. */
const OVERLOAD_SECONDS = 0.4;
/** After the last turn was sent; what has not been answered by then counts as so late. */
const DRAIN_MS = 3000;

/** Sends turns when they are to begin, whatever became of those before. */
export class Step {
  private readonly times: { readonly moment: number; readonly tookMs: number }[] = [];
  private readonly late: number[] = [];
  private readonly unanswered = new Set<number>();
  private readonly arrivals: Arrivals;
  private isOverloaded = false;
  private startedMs = 0;

  constructor(
    private readonly calls: Calls,
    private readonly options: StepOptions,
    random: Random,
    /** Told when those that count begin, and when the last was sent. */
    private readonly onMeasured: (moment: 'from' | 'to') => void,
  ) {
    this.arrivals = new Arrivals(options.perSecond, random);
  }

  async run(): Promise<StepLatencies> {
    const { seconds, warmUpSeconds } = this.options;
    const failuresBefore = this.calls.failures;
    this.startedMs = performance.now();
    await this.sendUntil(warmUpSeconds * 1000);
    this.onMeasured('from');
    await this.sendUntil((warmUpSeconds + seconds) * 1000);
    this.onMeasured('to');
    await this.drain();
    const times = this.countedTimes();
    return {
      turns: times.length,
      p50Ms: percentile(times, 0.5),
      p99Ms: percentile(times, 0.99),
      lateP99Ms: percentile(this.late, 0.99),
      failures: this.calls.failures - failuresBefore,
      isOverloaded: this.isOverloaded,
    };
  }

  /** Those of the warm-up only where it was ended in it. */
  private countedTimes(): number[] {
    const { elapsedMs } = this;
    const lost = [...this.unanswered].map((moment) => ({ moment, tookMs: elapsedMs - moment }));
    const all = [...this.times, ...lost];
    const counted = all.filter(({ moment }) => moment >= this.options.warmUpSeconds * 1000);
    return (counted.length > 0 ? counted : all).map(({ tookMs }) => tookMs);
  }

  private get elapsedMs(): number {
    return performance.now() - this.startedMs;
  }

  private async sendUntil(endMs: number): Promise<void> {
    while (this.elapsedMs < endMs && !this.isOverloaded) {
      while (this.arrivals.nextMs <= Math.min(this.elapsedMs, endMs)) this.send(this.arrivals.take());
      this.isOverloaded ||= this.unanswered.size > this.options.perSecond * OVERLOAD_SECONDS;
      await sleep(1);
    }
  }

  private send(moment: number): void {
    this.late.push(this.elapsedMs - moment);
    this.unanswered.add(moment);
    const isSent = this.calls.playTurn(() => {
      this.unanswered.delete(moment);
      this.times.push({ moment, tookMs: this.elapsedMs - moment });
    });
    if (!isSent) this.isOverloaded = true;
  }

  private async drain(): Promise<void> {
    const endMs = this.elapsedMs + DRAIN_MS;
    while (this.unanswered.size > 0 && this.elapsedMs < endMs) await sleep(5);
  }
}
