import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { ApiKeyAuthenticator } from './auth/api-key-authenticator';
import { ConsoleAccess } from './console/console-access';
import { ConsoleSessionController } from './console/console-session.controller';
import { ConsoleSessions } from './console/console-sessions';
import { SignInThrottle } from './console/sign-in-throttle';
import { HealthController } from './health/health.controller';
import { ModelIndicator, PersistenceIndicator, ShutdownIndicator, StoreIndicator } from './health/indicators';
import { HttpConnections } from './http-connections';
import { HttpMetrics } from './http-metrics';
import { MetricsController } from './metrics.controller';
import { ProblemFilter } from './problem/problem.filter';

/** What all routes share: who may ask, how errors answer, health and metrics. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController, MetricsController, ConsoleSessionController],
  providers: [
    ProblemFilter,
    { provide: APP_FILTER, useExisting: ProblemFilter },
    ApiKeyAuthenticator,
    ConsoleSessions,
    ConsoleAccess,
    SignInThrottle,
    HttpConnections,
    HttpMetrics,
    StoreIndicator,
    PersistenceIndicator,
    ModelIndicator,
    ShutdownIndicator,
  ],
  exports: [ApiKeyAuthenticator],
})
export class ApiModule {}
