import 'reflect-metadata';
import { createApp } from '../../src/create-app';
import { STORE_WRAPPER } from '../../src/store/store.module';

/** Starts the service and prints which packages of OpenTelemetry that took, and whether anything stands in the way. */
async function main(): Promise<void> {
  const app = await createApp();
  await app.listen({ port: 0, host: '127.0.0.1' });
  // prom-client loads the API, which is small and does nothing without an SDK.
  const packages = Object.keys(require.cache)
    .map((file) => /node_modules\/@opentelemetry\/([^/]+)\//.exec(file)?.[1])
    .filter((name) => name !== undefined && name !== 'api');
  const wrapsStore = app.get<unknown>(STORE_WRAPPER, { strict: false }) !== undefined;
  const hooksRequests = app.getHttpAdapter().getInstance().hasRequestDecorator('traced');
  process.stdout.write(`${JSON.stringify({ packages: [...new Set(packages)], wrapsStore, hooksRequests })}\n`);
  await app.close();
  process.exit(0);
}

void main();
