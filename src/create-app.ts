import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { serveConsole } from './api/console/serve-console';
import { serveOpenApi } from './api/docs/openapi';
import { createHttpAdapter, prepareHttp } from './api/http-server';
import { AppModule } from './app.module';
import { serveLive } from './live/api/live-adapter';
import { createLogger } from './common/logging/structured-logger';
import type { EnvironmentVariables } from './config/configuration.module';
import { PARLEY_CONFIG, type ParleyConfig } from './config/parley-config';

/**
 * The whole service, not listening yet. `variables` stand above the process's environment; `module` is for who adds
 * features of their own to it.
 * @throws ParleyError where the configuration, the store or a file is wrong
 */
export async function createApp(
  variables: EnvironmentVariables = {},
  module: DynamicModule = AppModule.register(variables),
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(module, createHttpAdapter(), {
    abortOnError: false,
    bodyParser: false,
    // Kept back until our own logger is there; a start that fails is told by whoever started it, in its own words.
    bufferLogs: true,
    autoFlushLogs: false,
  });
  const config = app.get<ParleyConfig>(PARLEY_CONFIG);
  app.useLogger(createLogger(config.logLevel));
  app.flushLogs();
  prepareHttp(app, config);
  serveLive(app);
  serveOpenApi(app);
  serveConsole(app);
  return app;
}
