import { isParleyError } from '../common/parley-error';
import type { Lease } from '../store/lease';
import type { ReleaseLeaseOp, TakeLeaseOp } from '../store/ops';
import { refusals } from '../store/store-errors';

/** What a lease needs of the memo that it belongs to. */
export interface LeaseMemory {
  readonly sessionId: string;
  /** As the store has it, as far as is known here. */
  current(): Lease;
  nowSeconds(): number;
  /** Makes it durable at once. @throws as {@link SessionStore.apply} */
  commit(op: TakeLeaseOp): Promise<void>;
  refresh(): Promise<void>;
  /** Writes it behind everything that was mutated before. */
  release(op: ReleaseLeaseOp): void;
  /** Its holder has let go: what is mutated from now on is not under it. */
  onOver(): void;
}

/** The right to run a session's turns, as long as it is prolonged in time. */
export class SessionLease {
  private readonly over = new AbortController();
  private released = false;

  private constructor(
    private readonly memory: LeaseMemory,
    /** The number that the store checks in every batch that is made under the lease. */
    readonly fence: number,
    private readonly holder: string,
    private readonly seconds: number,
  ) {}

  /** @throws ParleyError `lease_held` */
  static async acquire(holder: string, seconds: number, memory: LeaseMemory): Promise<SessionLease> {
    for (let attempt = 0; ; attempt += 1) {
      const { fence, until } = memory.current();
      const now = memory.nowSeconds();
      try {
        if (until > now) throw refusals.leaseHeld(memory.sessionId);
        await memory.commit({ op: 'takeLease', fence: fence + 1, until: now + seconds, holder });
        return new SessionLease(memory, fence + 1, holder, seconds);
      } catch (error) {
        // What is known here can be older than what the store has: a lease may have been released since.
        if (attempt > 0 || !isParleyError(error, 'lease_held')) throw error;
        await memory.refresh();
      }
    }
  }

  /** Aborted once the lease is lost: whoever works under it stops. */
  get lost(): AbortSignal {
    return this.over.signal;
  }

  /** Prolongs it. @throws ParleyError `lease_lost` */
  async renew(): Promise<void> {
    const { fence, holder } = this;
    const until = this.memory.nowSeconds() + this.seconds;
    try {
      await this.memory.commit({ op: 'takeLease', fence, until, holder });
    } catch (error) {
      if (!isParleyError(error, 'lease_held') && !isParleyError(error, 'lease_lost')) throw error;
      this.lose();
      throw refusals.leaseLost(this.memory.sessionId);
    }
  }

  /** Lets it go, behind everything that was mutated under it; durable with the next write. Of a lost one too. */
  release(): void {
    if (this.released) return;
    this.released = true;
    if (!this.over.signal.aborted) this.memory.release({ op: 'releaseLease', fence: this.fence });
    this.memory.onOver();
  }

  /**
   * Somebody else has it, or the session is over (the reason). What is mutated until its holder lets go is refused with
   * the rest.
   */
  lose(reason = refusals.leaseLost(this.memory.sessionId)): void {
    this.over.abort(reason);
  }
}
