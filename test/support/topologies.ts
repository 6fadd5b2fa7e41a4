import type { RedisServers } from '../../src/config/redis-servers';
import { RedisCluster } from './redis-cluster';
import { SentinelSetup } from './redis-sentinel';

/** Redis as more than one server: real processes that a test starts and stops. */
export interface Topology {
  start(): Promise<RunningTopology>;
}

export interface RunningTopology {
  readonly servers: RedisServers;
  stop(): Promise<void>;
}

export const TOPOLOGIES: readonly (readonly [name: string, topology: Topology])[] = [
  ['a primary behind Sentinels', SentinelSetup],
  ['a cluster', RedisCluster],
];

const hostPorts = (addresses: readonly { readonly host: string; readonly port: number }[]) =>
  addresses.map(({ host, port }) => `${host}:${port}`).join(',');

/** What tells the service of these servers. */
export function variablesOf(servers: RedisServers): Record<string, string> {
  switch (servers.kind) {
    case 'single':
      return { STORE: 'redis', REDIS_URL: servers.url };
    case 'sentinel':
      return {
        STORE: 'redis',
        REDIS_SENTINELS: hostPorts(servers.sentinels),
        REDIS_SENTINEL_NAME: servers.name,
        ...(servers.sentinelPassword !== undefined && { REDIS_SENTINEL_PASSWORD: servers.sentinelPassword }),
        ...accessOf(servers),
      };
    case 'cluster':
      return { STORE: 'redis', REDIS_CLUSTER_NODES: hostPorts(servers.nodes), ...accessOf(servers) };
  }
}

function accessOf({ username, password, tls }: Exclude<RedisServers, { kind: 'single' }>): Record<string, string> {
  return {
    ...(username !== undefined && { REDIS_USERNAME: username }),
    ...(password !== undefined && { REDIS_PASSWORD: password }),
    ...(tls && { REDIS_TLS: 'true' }),
  };
}
