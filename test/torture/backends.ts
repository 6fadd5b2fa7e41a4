import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { behindSentinels, type FailingOver, inCluster } from '../support/failing-over';
import { RedisServer } from '../support/redis-server';
import { variablesOf } from '../support/topologies';
import { failoverOutage, failoverFaults, moveFault } from './failover-faults';
import { FaultProxy } from './fault-proxy';
import { diskFault, type Fault, networkFaults, redisFaults, redisOutage, serviceFaults } from './faults';
import { Service } from './fleet';
import type { TortureOptions } from './options';
import type { Outage } from './recovery';

/** Persistence is part of what operators are told: a primary that restarts with less than it had takes its replicas along. */
const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always'];

/** Services on a store, and what can break of it. Faults of one lane come one after another; lanes do not wait. */
export interface Tortured {
  readonly services: readonly Service[];
  readonly lanes: readonly (readonly Fault[])[];
  /** What is measured, before all else; undefined where the store is part of the service. */
  readonly outage?: Outage;
  stop(): Promise<void>;
}

/** @param folder for data and logs */
export async function startTortured(
  { backend, services, waitReplicas }: TortureOptions,
  sessionIds: readonly string[],
  folder: string,
): Promise<Tortured> {
  const settings = { REDIS_WAIT_REPLICAS: String(waitReplicas) };
  switch (backend) {
    case 'single':
      return onRedis(services, folder);
    case 'embedded':
      return onEmbedded(folder);
    case 'sentinel':
      return onFailingOver(await behindSentinels(DURABLE), services, settings, sessionIds, folder);
    case 'cluster': {
      const cluster = await inCluster([...DURABLE, '--cluster-require-full-coverage', 'no']);
      return onFailingOver(cluster, services, settings, sessionIds, folder, [moveFault(cluster, sessionIds)]);
    }
  }
}

async function onRedis(count: number, folder: string): Promise<Tortured> {
  const server = await RedisServer.start(DURABLE);
  const ways = await Promise.all(Array.from({ length: count }, () => FaultProxy.start(() => server.port)));
  const services = await Promise.all(
    ways.map(({ port }, index) =>
      Service.start({ STORE: 'redis', REDIS_URL: `redis://127.0.0.1:${port}` }, join(folder, `service-${index}.log`)),
    ),
  );
  return {
    services,
    lanes: [serviceFaults(services), [...redisFaults(server), ...networkFaults(ways)]],
    outage: redisOutage(server),
    stop: async () => {
      await Promise.all(services.map((service) => service.stop()));
      await Promise.all(ways.map((way) => way.stop()));
      await server.stop();
    },
  };
}

/**
 * Servers announce their addresses, so no proxy stands between. Of two servers that fail in turn the one must be in step
 * with the other before that fails: the lane of the servers waits for it.
 */
async function onFailingOver(
  servers: FailingOver,
  count: number,
  settings: Readonly<Record<string, string>>,
  sessionIds: readonly string[],
  folder: string,
  more: readonly Fault[] = [],
): Promise<Tortured> {
  const variables = { ...variablesOf(servers.running.servers), ...settings };
  const services = await Promise.all(
    Array.from({ length: count }, (_, index) => Service.start(variables, join(folder, `service-${index}.log`))),
  );
  return {
    services,
    lanes: [serviceFaults(services), [...failoverFaults(servers, sessionIds), ...more]],
    outage: failoverOutage(servers, sessionIds),
    stop: async () => {
      await Promise.all(services.map((service) => service.stop()));
      await servers.running.stop();
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
