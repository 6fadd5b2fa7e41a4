import { setImmediate as nextTurn } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { type Clock, nowSeconds } from '../../common/clock';
import { eachOf } from '../../common/each-of';
import { endOf, type ExpiryWheel, type Look, type NotedSessions } from './expiry-wheel';
import type { IdleLook } from './idle-look';
import type { IdleMetrics } from './idle-metrics';
import { MARGIN_SECONDS } from './look-time';

/** Sessions of which it is noted together that they were looked at: after a crash so many are archived again at most. */
const PART = 64;
/** Sessions in memory at a time; the embedded store reads so many without a pause. */
const AT_ONCE = 4;

export interface SlotTools {
  readonly wheel: ExpiryWheel;
  readonly idle: IdleLook;
  readonly metrics: IdleMetrics;
  readonly clock: Clock;
}

/** The sessions of one slot, as this process works them off: in one go or, after failures, in several. */
export class SlotWork {
  private readonly logger = new Logger('Archive');
  /** Those that the archive did not take. */
  private readonly failed = new Set<string>();
  private isArchiveAway = false;
  /** Found gone when it was too late to tell whether they had expired or been ended before. */
  private late = 0;

  constructor(
    private readonly slot: number,
    private readonly tools: SlotTools,
  ) {}

  /**
   * Goes on until all is done, the claim runs out or the signal is given.
   * @returns whether nothing is left to do
   * @throws ParleyError `store_unavailable`
   */
  async goOn(signal: AbortSignal): Promise<boolean> {
    const { wheel } = this.tools;
    if (!(await wheel.claim(this.slot))) return false;
    const noted = [...(await wheel.read(this.slot))];
    this.isArchiveAway = false;
    for (let index = 0; index < noted.length; index += PART) {
      if (signal.aborted || !wheel.holds(this.slot)) return false;
      await this.lookAtAll(new Map(noted.slice(index, index + PART)));
    }
    if (this.isArchiveAway) return false;
    await wheel.remove(this.slot);
    this.reportLate();
    return true;
  }

  private async lookAtAll(noted: NotedSessions): Promise<void> {
    const looked = new Map<string, number>();
    const next: Look[] = [];
    try {
      await eachOf(noted, AT_ONCE, async ([sessionId, count]) => {
        // The embedded store answers without ever letting others in.
        await nextTurn();
        const nextAt = await this.lookAt(sessionId);
        if (nextAt === 'failed') return;
        looked.set(sessionId, count);
        if (nextAt !== undefined) next.push({ sessionId, at: nextAt });
      });
    } finally {
      // Noted first: a session that is looked at twice is better than one that is forgotten.
      if (next.length > 0) await this.tools.wheel.note(next);
      if (looked.size > 0) await this.tools.wheel.takeBack(this.slot, looked);
    }
  }

  private async lookAt(sessionId: string): Promise<number | undefined | 'failed'> {
    const { outcome, nextAt } = await this.tools.idle.at(sessionId, this.isArchiveAway);
    if (outcome === 'failed') {
      this.fail(sessionId);
      return 'failed';
    }
    const isLost = outcome === 'gone' && this.failed.delete(sessionId);
    if (isLost) this.lose(sessionId);
    else this.tools.metrics.count(outcome);
    if (outcome === 'gone' && !isLost && this.isLate) this.late += 1;
    return nextAt;
  }

  private fail(sessionId: string): void {
    this.isArchiveAway = true;
    if (!this.failed.has(sessionId)) this.tools.metrics.count('failed');
    this.failed.add(sessionId);
  }

  private lose(sessionId: string): void {
    this.tools.metrics.count('lost');
    this.logger.error({ msg: 'a session has expired that the archive did not take', sessionId });
  }

  /** As after an outage: the sessions of the slot may have expired. */
  private get isLate(): boolean {
    return nowSeconds(this.tools.clock) > endOf(this.slot) + MARGIN_SECONDS;
  }

  private reportLate(): void {
    if (this.late === 0) return;
    this.logger.warn({ msg: 'looked too late for idle sessions; some may not be archived', sessions: this.late });
  }
}
