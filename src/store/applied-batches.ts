import { Injectable, Logger } from '@nestjs/common';
import { Listeners } from '../common/listeners';
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

/**
 * Tells of every batch that this process has applied, whatever it came from: for those who count. A batch whose answer
 * was lost is told by nobody: all processes together count each batch once at most.
 */
@Injectable()
export class AppliedBatches extends Listeners<AppliedBatch> {
  constructor() {
    super('applied batches', new Logger(AppliedBatches.name));
  }
}
