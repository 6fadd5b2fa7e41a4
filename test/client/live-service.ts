import 'reflect-metadata';
import { AppModule } from '../../src/app.module';
import { createApp } from '../../src/create-app';
import { LiveModule } from '../../src/live';
import { serveLive } from '../../src/live/api/live-adapter';
import { serve } from '../../src/serve';

/** The service with the live channel, as a program. */
async function main(): Promise<void> {
  const module = AppModule.register();
  const app = await createApp({}, { ...module, imports: [...(module.imports ?? []), LiveModule] });
  serveLive(app);
  await serve(app);
}

void main();
