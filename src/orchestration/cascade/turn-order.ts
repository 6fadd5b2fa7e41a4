import { KeyedQueue } from '../../common/keyed-queue';
import { isParleyError } from '../../common/parley-error';
import type { TurnConfig } from '../../config/parley-config';
import type { MemoManager, SessionLease } from '../../memo';
import { cutInterrupted } from './cut-interrupted';
import { leaseFree } from './lease-wait';
import { RunningTurn } from './running-turn';
import { isSpeaking } from './spoken-message';

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

  /**
   * @param stops end the turn
   * @throws ParleyError `lease_held` where the turn before does not end in time
   */
  begin(memo: MemoManager, turnId: string, stops: readonly AbortSignal[]): Promise<RunningTurn> {
    return this.waiting.run(memo.sessionId, async () => {
      const lease = await this.acquire(memo, turnId);
      // At once, before whoever waits next can interrupt it.
      settle(memo);
      return new RunningTurn(memo, lease, this.config.leaseSeconds, stops);
    });
  }

  private async acquire(memo: MemoManager, turnId: string): Promise<SessionLease> {
    const interrupts = this.config.overlap === 'interrupt';
    if (interrupts && isSpeaking(memo)) interrupt(memo);
    let deadline: AbortSignal | undefined;
    for (;;) {
      try {
        return await memo.acquireLease(turnId, this.config.leaseSeconds);
      } catch (error) {
        if (!isParleyError(error, 'lease_held') || deadline?.aborted) throw error;
      }
      // The same turn, asked for again while it is running, waits for its own end.
      if (interrupts && memo.lease.holder !== turnId) interrupt(memo);
      deadline ??= AbortSignal.timeout(this.config.waitMs);
      await leaseFree(memo, this.nowSeconds, deadline);
    }
  }
}

function interrupt(memo: MemoManager): void {
  if (memo.isTtsInterrupted()) return;
  memo.setTtsInterrupted(true, { cause: 'barge_in' });
  memo.persistBackground();
}

/** The caller has said something and is done: the call goes on, and speech that nobody plays is over. */
function settle(memo: MemoManager): void {
  cutInterrupted(memo);
  if (memo.isTtsInterrupted()) memo.setTtsInterrupted(false);
  if (!memo.playback.isConsumed()) memo.playback.clearQueue();
}
