import { Injectable, Logger } from '@nestjs/common';
import { Listeners } from '../common/listeners';

/**
 * Tells the id of each session that this process has opened, changed or ended, or may have: also where the answer of the
 * store was lost. Who wants to know how the session stands now reads it.
 */
@Injectable()
export class TouchedSessions extends Listeners<string> {
  constructor() {
    super('touched sessions', new Logger(TouchedSessions.name));
  }
}
