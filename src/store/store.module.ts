import { ClusterModule, ClusterService, RedisModule, RedisService } from '@liaoliaots/nestjs-redis';
import { Global, Inject, Injectable, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Registry } from 'prom-client';
import { CLOCK, type Clock } from '../common/clock';
import { PARLEY_CONFIG, type ParleyConfig } from '../config/parley-config';
import { AppliedBatches } from './applied-batches';
import { EmbeddedSessionStore } from './embedded/embedded-session-store';
import { ExpirySweeper } from './embedded/expiry-sweeper';
import { InstrumentedSessionStore } from './instrumented-session-store';
import { OwnStages } from './own-stages';
import { clusterModuleOptions, openRedisStore, redisModuleOptions } from './redis/open-redis-store';
import { SESSION_STORE, type SessionStore } from './session-store';
import { SHARED_STORE, type SharedStore } from './shared-store';
import { TouchedSessions } from './touched-sessions';

/** The two ports on one store, with what must be closed behind them. */
interface OpenStore {
  readonly store: SessionStore;
  readonly shared: SharedStore;
  close(): Promise<void>;
}

const OPEN_STORE = Symbol('OPEN_STORE');

/** Where a module offers it, it puts something between the store and all who call it, such as traces (src/telemetry). */
export const STORE_WRAPPER = Symbol('STORE_WRAPPER');
export type StoreWrapper = (store: SessionStore) => SessionStore;

async function openStore(
  config: ParleyConfig,
  redis: RedisService,
  cluster: ClusterService,
  clock: Clock,
): Promise<OpenStore> {
  const options = { defaultTtlSeconds: config.sessionTtlSeconds, keepsRuns: config.latency.runsEnabled };
  if (config.store.kind === 'redis') return openRedisStore(config.store, options, { redis, cluster }, clock);
  const store = await EmbeddedSessionStore.open({ folder: config.store.folder, ...options }, clock);
  const sweeper = new ExpirySweeper(store);
  sweeper.start();
  return {
    store,
    shared: store.shared,
    close: async () => {
      await sweeper.stop();
      await store.close();
    },
  };
}

/** Closes the store in the last phase of a shutdown: whoever writes to it finishes in `beforeApplicationShutdown`. */
@Injectable()
class StoreCloser implements OnApplicationShutdown {
  private readonly logger = new Logger('Store');

  constructor(@Inject(OPEN_STORE) private readonly open: OpenStore) {}

  async onApplicationShutdown(): Promise<void> {
    await this.open.close();
    this.logger.log('closed');
  }
}

/** The store that the configuration names, under SESSION_STORE and SHARED_STORE. Nothing else here is for outside. */
@Global()
@Module({
  imports: [
    RedisModule.forRootAsync({
      inject: [PARLEY_CONFIG],
      useFactory: (...[config]: unknown[]) => redisModuleOptions(config as ParleyConfig),
    }),
    ClusterModule.forRootAsync({
      inject: [PARLEY_CONFIG],
      useFactory: (...[config]: unknown[]) => clusterModuleOptions(config as ParleyConfig),
    }),
  ],
  providers: [
    AppliedBatches,
    OwnStages,
    TouchedSessions,
    { provide: OPEN_STORE, inject: [PARLEY_CONFIG, RedisService, ClusterService, CLOCK], useFactory: openStore },
    {
      provide: SESSION_STORE,
      inject: [
        OPEN_STORE,
        CLOCK,
        Registry,
        AppliedBatches,
        OwnStages,
        TouchedSessions,
        { token: STORE_WRAPPER, optional: true },
      ],
      useFactory: (
        { store }: OpenStore,
        clock: Clock,
        registry: Registry,
        applied: AppliedBatches,
        own: OwnStages,
        touched: TouchedSessions,
        wrap: StoreWrapper | undefined,
      ) => new InstrumentedSessionStore(wrap ? wrap(store) : store, clock, registry, applied, own, touched),
    },
    { provide: SHARED_STORE, inject: [OPEN_STORE], useFactory: ({ shared }: OpenStore) => shared },
    StoreCloser,
  ],
  exports: [AppliedBatches, OwnStages, TouchedSessions, SESSION_STORE, SHARED_STORE],
})
export class StoreModule {}
