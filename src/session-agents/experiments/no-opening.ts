import { Injectable } from '@nestjs/common';
import type { SessionOpening } from '../../store/session-opening';

/** Opens sessions without an experiment. */
@Injectable()
export class NoOpening implements SessionOpening {
  opsFor(): readonly never[] {
    return [];
  }
}
