import { Injectable, Logger } from '@nestjs/common';
import { Listeners } from '../common/listeners';
import type { AppliedBatch } from './applied-batches';

/** A session that this process has opened, changed or ended, or may have. */
export interface Touch {
  readonly sessionId: string;
  /** How; absent where only a look can tell, as after an answer that was lost. */
  readonly applied?: AppliedBatch;
}

/** Tells of each session that this process may have moved: for those who follow how sessions stand. */
@Injectable()
export class TouchedSessions extends Listeners<Touch> {
  constructor() {
    super('touched sessions', new Logger(TouchedSessions.name));
  }
}
