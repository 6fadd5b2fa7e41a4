import { isParleyError } from '../../common/parley-error';
import type { MemoManager, SessionLease } from '../../memo';

/** The lease is prolonged so often before it would run out. */
const RENEWALS = 3;

/** What can stop a turn that is running, and keeps its lease alive until it ends. */
export class RunningTurn {
  /** Of interruptions, when the turn began: a later one stops it. */
  readonly epoch: number;
  private readonly stopping = new AbortController();
  private readonly cleanUp: (() => void)[] = [];

  /** @param stops of whoever asked for the turn */
  constructor(
    private readonly memo: MemoManager,
    private readonly lease: SessionLease,
    leaseSeconds: number,
    stops: readonly AbortSignal[],
  ) {
    this.epoch = memo.epoch;
    this.cleanUp.push(memo.onChange(() => this.look()));
    for (const signal of [lease.lost, ...stops]) this.stopWith(signal);
    const timer = setInterval(() => void this.renew(), (leaseSeconds * 1000) / RENEWALS).unref();
    this.cleanUp.push(() => clearInterval(timer));
  }

  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  /** Aborted where it may write nothing more. */
  get lost(): AbortSignal {
    return this.lease.lost;
  }

  /** Lets go of all that it listens to, and of the lease behind what the turn has written. */
  end(): void {
    for (const done of this.cleanUp.splice(0)) done();
    this.lease.release();
  }

  private look(): void {
    if (this.memo.epoch > this.epoch) this.stopping.abort();
    if (this.memo.lease.fence > this.lease.fence) this.lease.lose();
  }

  private stopWith(signal: AbortSignal): void {
    const stop = () => this.stopping.abort();
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
