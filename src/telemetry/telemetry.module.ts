import { Global, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { CLOCK, type Clock } from '../common/clock';
import { PARLEY_CONFIG, type ParleyConfig } from '../config/parley-config';
import { STORE_WRAPPER, type StoreWrapper } from '../store/store.module';
import type { HttpServer } from './api/request-tracing';
import { startTelemetry } from './start-telemetry';
import { TELEMETRY, type Telemetry } from './telemetry';

/** Runs while the container is built, so its hooks are the server's first. */
function openTelemetry(config: ParleyConfig, clock: Clock, host: HttpAdapterHost): Telemetry | undefined {
  const telemetry = startTelemetry(config, clock);
  // There is no adapter in a program without HTTP, and another one in an application that is not on Fastify.
  const { httpAdapter } = host as Partial<HttpAdapterHost>;
  if (telemetry && httpAdapter?.getType() === 'fastify') {
    telemetry.traceRequests(httpAdapter.getInstance<HttpServer>());
  }
  return telemetry;
}

/** In the last phase of a shutdown: the writes and requests of the phases before it are delivered as well. */
@Injectable()
class TelemetryCloser implements OnApplicationShutdown {
  constructor(@Inject(TELEMETRY) private readonly telemetry: Telemetry | undefined) {}

  async onApplicationShutdown(): Promise<void> {
    await this.telemetry?.shutdown();
  }
}

/** OpenTelemetry traces and metrics, where OTEL_EXPORTER_OTLP_ENDPOINT says where to send them. */
@Global()
@Module({
  providers: [
    { provide: TELEMETRY, inject: [PARLEY_CONFIG, CLOCK, HttpAdapterHost], useFactory: openTelemetry },
    {
      provide: STORE_WRAPPER,
      inject: [TELEMETRY],
      useFactory: (telemetry: Telemetry | undefined): StoreWrapper | undefined =>
        telemetry && ((store) => telemetry.traceStore(store)),
    },
    TelemetryCloser,
  ],
  exports: [STORE_WRAPPER],
})
export class TelemetryModule {}
