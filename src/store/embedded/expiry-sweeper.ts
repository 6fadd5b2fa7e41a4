import { Logger } from '@nestjs/common';
import { PeriodicWork } from '../../common/periodic-work';
import type { EmbeddedSessionStore } from './embedded-session-store';

/** Expired sessions don't show from the moment they expire: how soon their room is freed is a matter of disk alone. */
const SWEEP_EVERY_MS = 30_000;

/** Frees the room of expired sessions, counters and windows in the background. */
export class ExpirySweeper {
  private readonly logger = new Logger(ExpirySweeper.name);
  private readonly sweeping = new PeriodicWork(() => this.sweep(), SWEEP_EVERY_MS);

  constructor(private readonly store: EmbeddedSessionStore) {}

  start(): void {
    this.sweeping.start();
  }

  stop(): Promise<void> {
    return this.sweeping.stop();
  }

  private async sweep(): Promise<void> {
    try {
      const sessions = await this.store.sweep();
      if (sessions > 0) this.logger.debug({ msg: 'expired sessions removed', sessions });
    } catch (error) {
      this.logger.warn(error);
    }
  }
}
