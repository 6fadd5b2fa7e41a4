import type { Clock } from '../../../common/clock';
import { ParleyError } from '../../../common/parley-error';
import type { ModelLimits } from '../../../config/parley-config';

/** A wait's bound, and what is said where it is reached. */
interface Bound {
  readonly ms: number;
  readonly message: string;
}

/**
 * Waits for one answer, from the first attempt to its last piece, in bounded time and no longer than the caller wants
 * it. Time that the caller takes between two pieces counts for the whole answer, and for no silence of the model.
 */
export class AnswerWatch {
  private readonly startedMs: number;

  constructor(
    private readonly limits: ModelLimits,
    private readonly clock: Clock,
    private readonly signal: AbortSignal,
  ) {
    this.startedMs = clock.monotonicMs();
  }

  /** Milliseconds in which the answer must begin. */
  get leftToBeginMs(): number {
    return this.limits.firstTokenTimeoutMs - this.passedMs;
  }

  /**
   * The work's own result, unless time runs out or the signal comes before: then it rejects at once, and what becomes of
   * the work is of no interest.
   * @throws ParleyError `model_timeout`
   */
  wait<T>(work: Promise<T>, begun: boolean): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const { ms, message } = this.bound(begun);
      const expire = () => settle(() => reject(new ParleyError('model_timeout', message)));
      const timer = setTimeout(expire, ms);
      const stop = () => settle(() => reject(this.signal.reason as Error));
      const settle = (how: () => void) => {
        clearTimeout(timer);
        this.signal.removeEventListener('abort', stop);
        how();
      };
      this.signal.addEventListener('abort', stop);
      work.then(
        (value) => settle(() => resolve(value)),
        (error: Error) => settle(() => reject(error)),
      );
      if (this.signal.aborted) stop();
      // Pieces that are there already would always be faster than a timer.
      else if (ms <= 0) expire();
    });
  }

  private bound(begun: boolean): Bound {
    const { timeoutMs, stallTimeoutMs, firstTokenTimeoutMs } = this.limits;
    const whole = { ms: timeoutMs - this.passedMs, message: `The answer took longer than ${timeoutMs} ms.` };
    const next = begun
      ? { ms: stallTimeoutMs, message: `The model was silent for ${stallTimeoutMs} ms in the middle of its answer.` }
      : { ms: this.leftToBeginMs, message: `The model did not begin its answer within ${firstTokenTimeoutMs} ms.` };
    return next.ms < whole.ms ? next : whole;
  }

  private get passedMs(): number {
    return this.clock.monotonicMs() - this.startedMs;
  }
}
