import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RedisServer } from '../support/redis-server';
import { FaultProxy } from './fault-proxy';
import { diskFault, type Fault, networkFaults, redisFaults, serviceFaults } from './faults';
import { Service } from './fleet';
import type { BackendName } from './options';

/** Services on a store, and what can break of it. Faults of one lane come one after another; lanes do not wait. */
export interface Tortured {
  readonly services: readonly Service[];
  readonly lanes: readonly (readonly Fault[])[];
  stop(): Promise<void>;
}

/** @param folder for data and logs */
export function startTortured(name: BackendName, services: number, folder: string): Promise<Tortured> {
  return name === 'embedded' ? onEmbedded(folder) : onRedis(services, folder);
}

async function onRedis(count: number, folder: string): Promise<Tortured> {
  const server = await RedisServer.start(['--appendonly', 'yes', '--appendfsync', 'always']);
  const ways = await Promise.all(Array.from({ length: count }, () => FaultProxy.start(() => server.port)));
  const services = await Promise.all(
    ways.map(({ port }, index) =>
      Service.start({ STORE: 'redis', REDIS_URL: `redis://127.0.0.1:${port}` }, join(folder, `service-${index}.log`)),
    ),
  );
  return {
    services,
    lanes: [serviceFaults(services), [...redisFaults(server), ...networkFaults(ways)]],
    stop: async () => {
      await Promise.all(services.map((service) => service.stop()));
      await Promise.all(ways.map((way) => way.stop()));
      await server.stop();
    },
  };
}

async function onEmbedded(folder: string): Promise<Tortured> {
  const data = mkdtempSync(join(tmpdir(), 'parley-torture-data-'));
  const service = await Service.start({ STORE: 'embedded', DATA_DIR: data }, join(folder, 'service-0.log'));
  return {
    services: [service],
    lanes: [serviceFaults([service]), [diskFault(service, join(data, 'data.mdb'))]],
    stop: async () => {
      await service.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}
