import type { Clock } from '../common/clock';
import { isParleyError } from '../common/parley-error';
import { isName, MAX_DURATION_SECONDS } from '../store/ops';
import type { IgnoredReason, IgnoredSamples } from './ignored-samples';
import { TimedIterator } from './timed-iterator';

/** What takes samples: a memo, for one. */
export interface LatencySink {
  recordLatency(stage: string, seconds: number, options?: { readonly run?: string }): void;
}

/** Which stages an iteration measures: time to its first item, and to its last. */
export interface IteratorStages {
  readonly first?: string;
  readonly total?: string;
}

/** Names of stages that a timer remembers beside those that run. */
const MAX_NAMES = 64;

/** A reading of the monotonic clock, and how often it had gone backwards before. */
interface Reading {
  readonly ms: number;
  readonly jumps: number;
}

/**
 * Times the stages of one session, of one run of it where a run is named. What it cannot know it leaves out and counts:
 * it never records a wrong sample, and never fails what it measures.
 */
export class StageTimer {
  /** Undefined for a stage that has ended: to remove and add its name each time costs more than all the rest. */
  private readonly running = new Map<string, Reading | undefined>();
  private readonly options: { readonly run?: string };
  private lastMs = -Infinity;
  private jumps = 0;

  constructor(
    private readonly sink: LatencySink,
    private readonly clock: Clock,
    private readonly ignored: Pick<IgnoredSamples, 'ignore'>,
    run?: string,
  ) {
    this.options = Object.freeze(run === undefined ? {} : { run });
  }

  /** For the session's next turn: what still runs here does not reach into it. */
  forRun(run: string): StageTimer {
    return new StageTimer(this.sink, this.clock, this.ignored, run);
  }

  /** A stage that runs already goes on: the second start is ignored. */
  start(stage: string): void {
    if (this.running.get(stage)) return this.ignore('already_started');
    if (this.running.size >= MAX_NAMES) this.forgetEnded();
    this.running.set(stage, this.read());
  }

  /** Records how long the stage took. @returns the seconds; undefined where there is no sample */
  stop(stage: string): number | undefined {
    const started = this.running.get(stage);
    if (!started) return this.ignore('not_started');
    this.running.set(stage, undefined);
    return this.recordBetween(stage, started, this.read());
  }

  /** Gives a started stage up: it did not come to its end. */
  cancel(stage: string): void {
    this.running.delete(stage);
  }

  record(stage: string, seconds: number): void {
    this.keep(stage, seconds);
  }

  /** Records how long a promise took to resolve. One that rejects did not come to the stage's end: it has no sample. */
  async time<T>(stage: string, work: () => Promise<T>): Promise<T> {
    const started = this.read();
    const result = await work();
    this.recordBetween(stage, started, this.read());
    return result;
  }

  /**
   * Passes items through; the clock starts with this call. An iteration that fails or is left early has a first item,
   * if it came, and no total. So has one whose signal is aborted: many streams then end as if they were complete.
   */
  timeIterator<T>(
    { first, total }: IteratorStages,
    items: AsyncIterable<T>,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): AsyncIterableIterator<T> {
    const started = this.read();
    let last: Reading | undefined;
    const onItem = () => {
      const isFirst = last === undefined;
      last = this.read();
      if (isFirst && first !== undefined) this.recordBetween(first, started, last);
    };
    const onEnd = () => {
      if (last && total !== undefined && !signal?.aborted) this.recordBetween(total, started, last);
    };
    const inner = items[Symbol.asyncIterator]() as AsyncIterator<T, unknown, undefined>;
    return new TimedIterator(inner, onItem, onEnd);
  }

  private forgetEnded(): void {
    for (const [stage, reading] of this.running) if (!reading) this.running.delete(stage);
  }

  /** NaN is no later than anything: it counts as a jump, before and after. */
  private read(): Reading {
    const ms = this.clock.monotonicMs();
    if (!(ms >= this.lastMs)) this.jumps += 1;
    this.lastMs = ms;
    return { ms, jumps: this.jumps };
  }

  private recordBetween(stage: string, from: Reading, to: Reading): number | undefined {
    if (from.jumps !== to.jumps) return this.ignore('clock_backwards');
    return this.keep(stage, (to.ms - from.ms) / 1000);
  }

  private keep(stage: string, seconds: number): number | undefined {
    const reason = unfit(stage, seconds);
    if (reason) return this.ignore(reason);
    try {
      this.sink.recordLatency(stage, seconds, this.options);
      return seconds;
    } catch (error) {
      if (!isParleyError(error)) throw error;
      return this.ignore('refused');
    }
  }

  private ignore(reason: IgnoredReason): undefined {
    this.ignored.ignore(reason);
  }
}

function unfit(stage: string, seconds: number): IgnoredReason | undefined {
  if (!Number.isFinite(seconds)) return 'not_finite';
  if (seconds < 0) return 'negative';
  if (seconds > MAX_DURATION_SECONDS) return 'too_long';
  return isName(stage) ? undefined : 'bad_name';
}
