import { Logger } from '@nestjs/common';
import { eachOf } from '../../common/each-of';
import { describeError } from '../../common/logging/describe-error';
import { isParleyError } from '../../common/parley-error';
import { PeriodicWork } from '../../common/periodic-work';
import type { SessionStore } from '../session-store';
import type { Spool, SpoolEntry } from './spool';
import type { SpoolMetrics } from './spool-metrics';

/** How soon a store that is back is noticed. One try costs a call that is refused at once as long as it is away. */
const EVERY_MS = 250;
/** Sessions that are replayed at the same time. */
const AT_ONCE = 8;
/** Sessions that fail until the rest waits for the next pass: the store is away, or a part of it. */
const MAX_FAILURES = 8;
/**
 * Entries between two removals from the disk, each of which waits for it: replay must be faster than a client that writes
 * all the time. After a crash so many may be brought again at most; the store knows them by their ids.
 */
const STEP = 32;

/** Brings what is spooled to the store: in order in each session, and out of the spool only when the store has answered. */
export class SpoolReplay {
  private readonly logger = new Logger('Spool');
  private readonly passes = new PeriodicWork(() => this.pass(), EVERY_MS);
  private isTold = false;
  private isStopping = false;

  constructor(
    private readonly spool: Spool,
    private readonly store: SessionStore,
    private readonly metrics: SpoolMetrics,
  ) {}

  start(): void {
    this.tell();
    this.passes.start();
  }

  /** What still waits then is replayed after the next start. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await this.passes.stop();
    this.tell();
  }

  /** One try for every session that something waits of, now, or what is under way: two at once would count twice. */
  run(): Promise<void> {
    return this.passes.run();
  }

  private async pass(): Promise<void> {
    this.tell();
    let failures = 0;
    await eachOf(this.spool.sessions, AT_ONCE, async (sessionId) => {
      if (failures >= MAX_FAILURES || this.isStopping) return;
      if (!(await this.replay(sessionId))) failures += 1;
    });
    this.tell();
  }

  /** Once when something begins to wait, once when nothing waits any more. */
  private tell(): void {
    const { entries, deadLetters } = this.spool.figures;
    if (entries > 0 && !this.isTold) this.logger.warn({ msg: 'writes wait in the spool', entries, deadLetters });
    if (entries === 0 && this.isTold) this.logger.log({ msg: 'all that waited in the spool is replayed', deadLetters });
    this.isTold = entries > 0;
  }

  /** @returns false where the store did not take something */
  private async replay(sessionId: string): Promise<boolean> {
    try {
      while (!this.isStopping && (await this.step(sessionId)));
      return true;
    } catch (error) {
      this.spool.postpone(sessionId);
      if (!isParleyError(error)) this.logger.error({ msg: 'a replay failed', sessionId, error: describeError(error) });
      return false;
    }
  }

  /** @returns whether there was something; what is being written to the disk is not there yet */
  private async step(sessionId: string): Promise<boolean> {
    const entries = this.spool.first(sessionId, STEP);
    const replayed: SpoolEntry[] = [];
    try {
      for (const entry of entries) {
        if (await this.bring(entry)) replayed.push(entry);
      }
    } finally {
      if (replayed.length > 0) await this.spool.remove(replayed);
      this.metrics.replayed(replayed.length);
    }
    return entries.length > 0;
  }

  /** @returns whether the store has it; false where it will never have it */
  private async bring(entry: SpoolEntry): Promise<boolean> {
    const [sessionId] = entry.key;
    try {
      await this.store.apply(sessionId, entry.batch);
      return true;
    } catch (error) {
      if (!isParleyError(error) || error.retryable) throw error;
      await this.spool.bury(entry, error.code);
      this.metrics.buried(error.code);
      this.logger.error({ msg: 'a spooled write was refused for good', sessionId, code: error.code });
      return false;
    }
  }
}
