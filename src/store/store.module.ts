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
import { DirectWrites, SESSION_WRITES } from './session-writes';
import { SHARED_STORE, type SharedStore } from './shared-store';
import { TouchedSessions } from './touched-sessions';
import { Spool } from './spool/spool';
import { SpoolMetrics } from './spool/spool-metrics';
import { SpoolReplay } from './spool/spool-replay';
import { SpoolingSessionStore } from './spool/spooling-session-store';

/** The two ports on one store, with what must be closed behind them. */
interface OpenStore {
  readonly store: SessionStore;
  readonly shared: SharedStore;
  close(): Promise<void>;
}

const OPEN_STORE = Symbol('OPEN_STORE');
const MEASURED_STORE = Symbol('MEASURED_STORE');

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

/** A store behind a spool, with what runs beside it; it is closed before the store. */
interface OpenSpool {
  readonly store: SpoolingSessionStore;
  close(): Promise<void>;
}

const OPEN_SPOOL = Symbol('OPEN_SPOOL');

/** Undefined where the configuration names no spool. */
async function openSpool(
  config: ParleyConfig,
  measured: SessionStore,
  registry: Registry,
): Promise<OpenSpool | undefined> {
  const options = config.store.kind === 'redis' ? config.store.spool : undefined;
  if (!options) return undefined;
  const spool = await Spool.open(options);
  const replay = new SpoolReplay(spool, measured, new SpoolMetrics(registry, spool));
  replay.start();
  return {
    store: new SpoolingSessionStore(measured, spool),
    close: async () => {
      await replay.stop();
      await spool.close();
    },
  };
}

/** Closes the store in the last phase of a shutdown: whoever writes to it finishes in `beforeApplicationShutdown`. */
@Injectable()
class StoreCloser implements OnApplicationShutdown {
  private readonly logger = new Logger('Store');

  constructor(
    @Inject(OPEN_STORE) private readonly open: OpenStore,
    @Inject(OPEN_SPOOL) private readonly spool: OpenSpool | undefined,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.spool?.close();
    await this.open.close();
    this.logger.log('closed');
  }
}

/** The store that the configuration names, under SESSION_STORE, SESSION_WRITES and SHARED_STORE. Nothing else here is for outside. */
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
      provide: MEASURED_STORE,
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
    { provide: OPEN_SPOOL, inject: [PARLEY_CONFIG, MEASURED_STORE, Registry], useFactory: openSpool },
    {
      provide: SESSION_STORE,
      inject: [OPEN_SPOOL, MEASURED_STORE],
      useFactory: (spool: OpenSpool | undefined, measured: SessionStore) => spool?.store ?? measured,
    },
    {
      provide: SESSION_WRITES,
      inject: [OPEN_SPOOL, SESSION_STORE],
      useFactory: (spool: OpenSpool | undefined, store: SessionStore) => spool?.store ?? new DirectWrites(store),
    },
    { provide: SHARED_STORE, inject: [OPEN_STORE], useFactory: ({ shared }: OpenStore) => shared },
    StoreCloser,
  ],
  exports: [AppliedBatches, OwnStages, TouchedSessions, SESSION_STORE, SESSION_WRITES, SHARED_STORE],
})
export class StoreModule {}
