import { type BeforeApplicationShutdown, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { eachOf } from '../../common/each-of';
import { describeError } from '../../common/logging/describe-error';
import { PeriodicWork } from '../../common/periodic-work';
import type { AppliedBatch, AppliedBatches } from '../../store/applied-batches';
import { KEPT_SECONDS, SLOT_SECONDS } from './expiry-wheel';
import { lookTime } from './look-time';
import { PendingLooks } from './pending-looks';
import { type SlotTools, SlotWork } from './slot-work';

const LOOK_EVERY_MS = 1000;
/** Slots that are read at a time: after a start, those of an hour. */
const READS_AT_ONCE = 8;

/**
 * Archives sessions that end by silence, shortly before they expire: whoever opens a session notes when it is to be
 * looked at, and whichever process comes first does so.
 */
export class IdleArchivist implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger('Archive');
  private readonly pending: PendingLooks;
  private readonly looking: PeriodicWork;
  private readonly stopping = new AbortController();
  /** Slots that are over and have something in them, oldest first. */
  private readonly open = new Map<number, SlotWork>();
  /** The last slot that was read. */
  private readUntil = -Infinity;
  private stopListening: (() => void) | undefined;
  private failing = false;

  constructor(
    private readonly applied: AppliedBatches,
    private readonly tools: SlotTools,
    /** What a session of an older service has to live once it is converted. */
    private readonly defaultTtlSeconds: number,
    lookEveryMs = LOOK_EVERY_MS,
  ) {
    this.looking = new PeriodicWork(() => this.look(), lookEveryMs);
    this.pending = new PendingLooks(tools.wheel, this.logger);
  }

  onModuleInit(): void {
    this.stopListening = this.applied.listen((applied) => this.expect(applied));
    this.looking.start();
  }

  /** What is under way is finished, part by part; another process, or the next start, goes on with the rest. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.looking.stop();
    await this.pending.flush();
    const { size } = this.pending;
    if (size > 0) this.logger.error({ msg: 'expiries were not noted; idle sessions are not archived', sessions: size });
  }

  onApplicationShutdown(): void {
    this.stopListening?.();
  }

  /** An older service's session becomes one of ours, and begins to expire, with its first write. */
  private expect({ sessionId, receipt, ttlSeconds = this.defaultTtlSeconds }: AppliedBatch): void {
    if (receipt.revision !== 1) return;
    this.pending.add({ sessionId, at: lookTime({ expiresAt: receipt.at + ttlSeconds, ttlSeconds }) });
  }

  /** Looks now, or shares the look that is under way. Never rejects. */
  lookAround(): Promise<void> {
    return this.looking.run();
  }

  /** Notes what could not be noted, and works off what is due. */
  private async look(): Promise<void> {
    try {
      await this.pending.flush();
      await this.readNewSlots();
      await this.workOff();
      this.failing = false;
    } catch (error) {
      if (!this.failing)
        this.logger.warn({ msg: 'idle sessions cannot be looked at; it is tried again', err: describeError(error) });
      this.failing = true;
    }
  }

  private async readNewSlots(): Promise<void> {
    const { wheel } = this.tools;
    const last = wheel.lastSlot;
    const first = Math.max(this.readUntil + 1, last - KEPT_SECONDS / SLOT_SECONDS);
    const slots = Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) => first + index);
    const filled = new Set<number>();
    await eachOf(slots, READS_AT_ONCE, async (slot) => {
      if ((await wheel.read(slot)).size > 0) filled.add(slot);
    });
    for (const slot of slots) if (filled.has(slot)) this.open.set(slot, new SlotWork(slot, this.tools));
    this.readUntil = Math.max(this.readUntil, last);
  }

  private async workOff(): Promise<void> {
    for (const [slot, work] of this.open) {
      if (this.stopping.signal.aborted) return;
      if (await work.goOn(this.stopping.signal)) this.open.delete(slot);
    }
  }
}
