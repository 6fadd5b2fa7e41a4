import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { MemoService, PersistMonitor } from '../../memo';
import { CHAT_MODEL, type ChatModel } from '../../orchestration/models';
import { SESSION_STORE, type SessionStore } from '../../store/session-store';

@Injectable()
export class StoreIndicator {
  constructor(
    @Inject(SESSION_STORE) private readonly store: SessionStore,
    private readonly indicators: HealthIndicatorService,
  ) {}

  async check(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('store');
    const { up, ...facts } = await this.store.status();
    return up ? indicator.up({ store: this.store.description, ...facts }) : indicator.down({ ...facts });
  }
}

/**
 * Shows writes that wait and fail, and is up all the same: other sessions can be served, and whether the store is away
 * is the store's to say.
 */
@Injectable()
export class PersistenceIndicator {
  constructor(
    private readonly monitor: PersistMonitor,
    private readonly memos: MemoService,
    private readonly indicators: HealthIndicatorService,
  ) {}

  async check(): Promise<HealthIndicatorResult> {
    const { failingSessions } = this.monitor;
    const { liveSessions, pendingBytes } = this.memos;
    return this.indicators.check('persistence').up({ failingSessions, liveSessions, pendingBytes });
  }
}

/** Shows which model answers callers; it is up as far as Parley knows, because nothing is asked of it for this. */
@Injectable()
export class ModelIndicator {
  constructor(
    @Inject(CHAT_MODEL) private readonly model: ChatModel,
    private readonly indicators: HealthIndicatorService,
  ) {}

  async check(): Promise<HealthIndicatorResult> {
    return this.indicators.check('model').up({ model: this.model.name });
  }
}

/** Turns readiness off as soon as a shutdown begins, so that balancers look elsewhere while requests drain. */
@Injectable()
export class ShutdownIndicator implements BeforeApplicationShutdown {
  private stopping = false;

  constructor(private readonly indicators: HealthIndicatorService) {}

  beforeApplicationShutdown(): void {
    this.stopping = true;
  }

  async check(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('service');
    return this.stopping ? indicator.down({ reason: 'the service is shutting down' }) : indicator.up();
  }
}
