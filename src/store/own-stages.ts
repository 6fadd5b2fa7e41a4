import { Injectable, Logger } from '@nestjs/common';
import { Listeners } from '../common/listeners';

/**
 * `session_load`: a session was asked for and is ready in memory; `store`: one call of the store that a turn may wait
 * for, and its answer; `persist_lag`: a mutation in memory and its durability.
 */
export type OwnStage = 'session_load' | 'store' | 'persist_lag';

export interface OwnSample {
  readonly stage: OwnStage;
  readonly seconds: number;
}

/**
 * Tells how long Parley's own work takes, for those who sum it up. It stands in no session: there a sample would be a
 * write, which makes samples.
 */
@Injectable()
export class OwnStages extends Listeners<OwnSample> {
  constructor() {
    super('own stages', new Logger(OwnStages.name));
  }

  record(stage: OwnStage, seconds: number): void {
    this.tell({ stage, seconds });
  }
}
