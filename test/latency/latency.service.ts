import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from '../../src/app.module';
import { createApp } from '../../src/create-app';
import { LatencyModule } from '../../src/latency';

class HostModule {}

/** The service with the latency module in it, on the embedded store; not listening: requests are injected. */
export async function startLatencyService(variables: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'parley-latency-'));
  const settings = { PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'silent', STORE: 'embedded', DATA_DIR: folder };
  const all = { ...settings, ...variables };
  const app: NestFastifyApplication = await createApp(all, {
    module: HostModule,
    imports: [AppModule.register(all), LatencyModule],
  });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const close = async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { app, close };
}
