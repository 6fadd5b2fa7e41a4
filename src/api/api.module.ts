import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { ApiKeyAuthenticator } from './auth/api-key-authenticator';
import { HealthController } from './health/health.controller';
import { ModelIndicator, PersistenceIndicator, ShutdownIndicator, StoreIndicator } from './health/indicators';
import { HttpConnections } from './http-connections';
import { HttpMetrics } from './http-metrics';
import { LoadShedder } from './load/load-shedder';
import { MetricsController } from './metrics.controller';
import { ProblemFilter } from './problem/problem.filter';

/** What all routes share: who may ask, how errors answer, health and metrics. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController, MetricsController],
  providers: [
    ProblemFilter,
    { provide: APP_FILTER, useExisting: ProblemFilter },
    ApiKeyAuthenticator,
    HttpConnections,
    HttpMetrics,
    LoadShedder,
    StoreIndicator,
    PersistenceIndicator,
    ModelIndicator,
    ShutdownIndicator,
  ],
  exports: [ApiKeyAuthenticator, LoadShedder],
})
export class ApiModule {}
