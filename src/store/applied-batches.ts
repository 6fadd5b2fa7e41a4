import { Injectable, Logger } from '@nestjs/common';
import { describeError } from '../common/logging/describe-error';
import type { Batch, Receipt } from './session-store';

/** A batch that this process has just made durable, for the first time. */
export interface AppliedBatch {
  readonly sessionId: string;
  readonly batch: Batch;
  readonly receipt: Receipt;
  /** It opened its session. */
  readonly opened: boolean;
  /** The time to live that the session was opened with; absent where it was not opened by this batch. */
  readonly ttlSeconds?: number;
}

export type AppliedBatchListener = (applied: AppliedBatch) => void;

/**
 * Tells of every batch that this process has applied, whatever it came from: for those who count. A batch whose answer
 * was lost is told by nobody: all processes together count each batch once at most.
 */
@Injectable()
export class AppliedBatches {
  private readonly logger = new Logger(AppliedBatches.name);
  private readonly listeners = new Set<AppliedBatchListener>();

  /** Called at once, in the order of the answers; must not throw and must be quick. Returns how to stop. */
  listen(listener: AppliedBatchListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(applied: AppliedBatch): void {
    for (const listener of this.listeners) this.tellOne(listener, applied);
  }

  /** A listener's fault is its own: the write that is told of has succeeded. */
  private tellOne(listener: AppliedBatchListener, applied: AppliedBatch): void {
    try {
      listener(applied);
    } catch (error) {
      this.logger.error({ msg: 'a listener of applied batches failed', err: describeError(error) });
    }
  }
}
