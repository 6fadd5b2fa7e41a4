import type { Clock } from '../common/clock';
import type { ParleyConfig } from '../config/parley-config';
import type { Telemetry } from './telemetry';

/**
 * Starts it where the configuration names an endpoint. Loading the SDK takes hundreds of milliseconds and megabytes:
 * whoever doesn't use it doesn't load it, which is why the module imports nothing of it but types.
 */
export function startTelemetry(
  { telemetry, store }: Pick<ParleyConfig, 'telemetry' | 'store'>,
  clock: Clock,
): Telemetry | undefined {
  const { otlpEndpoint: endpoint, serviceName } = telemetry;
  if (endpoint === undefined) return undefined;
  // `import` would load it in every process; `import()` of a file beside this one has no name that holds in src and dist.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { OpenTelemetry } = require('./open-telemetry') as typeof import('./open-telemetry');
  return OpenTelemetry.start({ endpoint, serviceName, storeSystem: store.kind === 'redis' ? 'redis' : 'lmdb' }, clock);
}
