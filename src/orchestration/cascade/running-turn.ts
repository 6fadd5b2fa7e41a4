import { isParleyError } from '../../common/parley-error';
import type { MemoManager, SessionLease } from '../../memo';

/** The lease is prolonged so often before it would run out. */
const RENEWALS = 3;

/** What can stop a turn that is running, and keeps its lease alive until it ends. */
export class RunningTurn {
  private readonly stop = new AbortController();
  private readonly cleanUp: (() => void)[] = [];

  constructor(
    memo: MemoManager,
    private readonly lease: SessionLease,
    leaseSeconds: number,
    caller: AbortSignal | undefined,
  ) {
    this.cleanUp.push(memo.onInterruption((value) => value && this.stop.abort()));
    for (const signal of [lease.lost, ...(caller ? [caller] : [])]) this.stopWith(signal);
    const timer = setInterval(() => void this.renew(), (leaseSeconds * 1000) / RENEWALS).unref();
    this.cleanUp.push(() => clearInterval(timer));
  }

  get signal(): AbortSignal {
    return this.stop.signal;
  }

  /** Why it may write nothing more; undefined as long as it may. */
  get lost(): unknown {
    return this.lease.lost.aborted ? (this.lease.lost.reason as unknown) : undefined;
  }

  /** Lets go of all that it listens to, and of the lease behind what the turn has written. */
  end(): void {
    for (const done of this.cleanUp.splice(0)) done();
    this.lease.release();
  }

  private stopWith(signal: AbortSignal): void {
    const stop = () => this.stop.abort();
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    this.cleanUp.push(() => signal.removeEventListener('abort', stop));
  }

  /** A store that is away for a moment is no reason to stop; a lease that is lost has said so itself. */
  private async renew(): Promise<void> {
    try {
      await this.lease.renew();
    } catch (error) {
      if (!isParleyError(error)) throw error;
    }
  }
}
