import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '../common/clock';
import { IgnoredSamples } from './ignored-samples';
import { type LatencySink, StageTimer } from './stage-timer';

/** Makes timers of sessions, on the service's clock and counter. */
@Injectable()
export class StageTimers {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly ignored: IgnoredSamples,
  ) {}

  /** @param run the turn that its samples belong to */
  of(session: LatencySink, run?: string): StageTimer {
    return new StageTimer(session, this.clock, this.ignored, run);
  }
}
