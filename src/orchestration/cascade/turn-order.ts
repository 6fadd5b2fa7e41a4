import { KeyedQueue } from '../../common/keyed-queue';
import { isParleyError } from '../../common/parley-error';
import type { TurnConfig } from '../../config/parley-config';
import type { MemoManager, SessionLease } from '../../memo';
import { leaseFree } from './lease-wait';
import { isReplyHeard } from './reply-heard';

/**
 * Puts the turns of a session one after the other, in this process and in all others: each holds the session's lease. What
 * the caller says while a turn is running, or while its reply is being heard, is a barge-in, or waits.
 */
export class TurnOrder {
  /** In the order in which they came. */
  private readonly waiting = new KeyedQueue();

  constructor(
    private readonly config: TurnConfig,
    private readonly nowSeconds: () => number,
  ) {}

  /** @throws ParleyError `lease_held` where the turn before does not end in time */
  begin(memo: MemoManager, turnId: string): Promise<SessionLease> {
    if (this.config.overlap === 'interrupt') return this.acquire(memo, turnId, true);
    return this.waiting.run(memo.sessionId, () => this.acquire(memo, turnId, false));
  }

  private async acquire(memo: MemoManager, turnId: string, interrupts: boolean): Promise<SessionLease> {
    if (interrupts && isReplyHeard(memo)) memo.setTtsInterrupted(true, { cause: 'barge_in' });
    const deadline = AbortSignal.timeout(this.config.waitMs);
    for (;;) {
      try {
        return await memo.acquireLease(turnId, this.config.leaseSeconds);
      } catch (error) {
        if (!isParleyError(error, 'lease_held') || deadline.aborted) throw error;
      }
      if (interrupts && !memo.isTtsInterrupted()) {
        memo.setTtsInterrupted(true, { cause: 'barge_in' });
        memo.persistBackground();
      }
      await leaseFree(memo, this.nowSeconds, deadline);
    }
  }
}
