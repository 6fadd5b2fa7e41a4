import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, nowSeconds } from '../common/clock';
import type { ErrorCode } from '../common/error-catalogue';
import { isParleyError } from '../common/parley-error';
import { SESSION_STORE, type SessionStore } from '../store/session-store';
import { FleetDirectory } from './fleet-directory';
import { FACTS_QUERY, factsOf } from './fleet-facts';

/** What cannot be read is not shown either. */
const GONE: readonly ErrorCode[] = ['session_not_found', 'session_ended', 'session_corrupt'];

/** Brings the directory in step with the store, session by session. */
@Injectable()
export class FleetReader {
  constructor(
    @Inject(SESSION_STORE) private readonly store: SessionStore,
    private readonly directory: FleetDirectory,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws ParleyError `store_unavailable` */
  async read(sessionId: string): Promise<void> {
    const known = this.directory.get(sessionId);
    const at = nowSeconds(this.clock);
    try {
      this.directory.settle(factsOf(await this.store.readOverview(sessionId, FACTS_QUERY)), known);
    } catch (error) {
      if (!isParleyError(error) || !GONE.includes(error.code)) throw error;
      this.directory.remove(sessionId, at);
    }
  }
}
