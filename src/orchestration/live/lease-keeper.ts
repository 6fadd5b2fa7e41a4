import { describeError } from '../../common/logging/describe-error';
import { Logger } from '@nestjs/common';
import { PeriodicWork } from '../../common/periodic-work';
import type { MemoManager, SessionLease } from '../../memo';

/** A process that died frees its call after this. */
export const LEASE_SECONDS = 15;
/** Two renewals may fail before somebody else may take it. */
const RENEW_EVERY_MS = 5_000;

/** Keeps a session's lease for as long as a live call runs. */
export class LeaseKeeper {
  private readonly logger = new Logger('Live');
  private readonly renewals: PeriodicWork;

  private constructor(
    private readonly sessionId: string,
    private readonly lease: SessionLease,
    everyMs: number,
  ) {
    this.renewals = new PeriodicWork(() => this.renew(), everyMs);
    this.renewals.start();
    lease.lost.addEventListener('abort', () => void this.renewals.stop(), { once: true });
  }

  /** @throws ParleyError `lease_held` where another conversation, or a turn, of the session is running */
  static async take(memo: MemoManager, everyMs = RENEW_EVERY_MS): Promise<LeaseKeeper> {
    return new LeaseKeeper(memo.sessionId, await memo.acquireLease('live', LEASE_SECONDS), everyMs);
  }

  get fence(): number {
    return this.lease.fence;
  }

  /** Aborted once the lease is lost. */
  get lost(): AbortSignal {
    return this.lease.lost;
  }

  /** Lets it go, behind everything that was mutated under it. */
  async release(): Promise<void> {
    await this.renewals.stop();
    this.lease.release();
  }

  /** A store that does not answer is asked again next time: nobody else can take the lease over it either. */
  private async renew(): Promise<void> {
    try {
      await this.lease.renew();
    } catch (error) {
      this.logger.warn({ msg: 'a lease was not renewed', sessionId: this.sessionId, err: describeError(error) });
    }
  }
}
