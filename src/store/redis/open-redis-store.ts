import type { ClusterModuleOptions, ClusterService, RedisModuleOptions, RedisService } from '@liaoliaots/nestjs-redis';
import { Logger } from '@nestjs/common';
import type { Clock } from '../../common/clock';
import { isParleyError } from '../../common/parley-error';
import type { ParleyConfig } from '../../config/parley-config';
import type { RedisServers } from '../../config/redis-servers';
import {
  clusterClientOptions,
  redisClientOptions,
  type RedisRole,
  sentinelClientOptions,
} from './redis-client-options';
import { feedChannels } from './open-feed';
import { RedisCommands } from './redis-commands';
import { connectNodes, isCluster, type RedisConnection, whenConnected } from './redis-connection';
import { fromRedisError } from './redis-errors';
import { RedisSessionStore, type RedisStoreOptions } from './redis-session-store';
import { RedisSharedStore } from './redis-shared-store';

type RedisConfig = Extract<ParleyConfig['store'], { kind: 'redis' }>;

/** The change feed's connection, which can do nothing but listen; beside it those for commands. */
const FEED = 'feed';
const commandNames = (store: RedisConfig) =>
  Array.from({ length: store.connections }, (_, index) => `commands-${index}`);
const connectionRoles = (store: RedisConfig): (readonly [namespace: string, role: RedisRole])[] => [
  [FEED, 'feed'],
  ...commandNames(store).map((namespace) => [namespace, 'commands'] as const),
];

/** Closing belongs to the store: it goes last, and never waits for a server that is away. */
const QUIET = { closeClient: false, readyLog: false, errorLog: false };

/** No connections at all where another store is in use, or a cluster. */
export function redisModuleOptions({ store }: ParleyConfig): RedisModuleOptions {
  if (store.kind !== 'redis' || store.servers.kind === 'cluster') return { config: [] };
  const { servers } = store;
  const optionsOf = (role: RedisRole) =>
    servers.kind === 'single'
      ? { url: servers.url, ...redisClientOptions(role, store) }
      : sentinelClientOptions(servers, role, store);
  return {
    ...QUIET,
    config: connectionRoles(store).map(([namespace, role]) => ({ namespace, ...optionsOf(role) })),
  };
}

/** The same for a cluster, and for nothing else. */
export function clusterModuleOptions({ store }: ParleyConfig): ClusterModuleOptions {
  if (store.kind !== 'redis' || store.servers.kind !== 'cluster') return { config: [] };
  const { servers } = store;
  return {
    ...QUIET,
    config: connectionRoles(store).map(([namespace, role]) => ({
      namespace,
      ...clusterClientOptions(servers, role, store),
    })),
  };
}

/** What the two modules have made; one of them has made nothing. */
export interface RedisClients {
  readonly redis: RedisService;
  readonly cluster: ClusterService;
}

/**
 * Opens the stores on the module's connections. A server that does not answer is no reason not to start: the service
 * then reports that it is not ready, and becomes so when the server is there.
 * @throws ParleyError `store_incompatible`
 */
export async function openRedisStore(
  config: RedisConfig,
  { defaultTtlSeconds, keepsRuns }: Required<Pick<RedisStoreOptions, 'defaultTtlSeconds' | 'keepsRuns'>>,
  clients: RedisClients,
  clock: Clock,
): Promise<{ store: RedisSessionStore; shared: RedisSharedStore; close(): Promise<void> }> {
  const logger = new Logger('Redis');
  const source = config.servers.kind === 'cluster' ? clients.cluster : clients.redis;
  const feed = source.getOrThrow(FEED);
  const connections = commandNames(config).map((name) => source.getOrThrow(name));
  const all = [feed, ...connections];
  reportConnections(all, logger);
  for (const connection of connections) if (isCluster(connection)) connectNodes(connection);
  await Promise.all(all.map((connection) => whenConnected(connection, config.connectTimeoutMs)));
  const { keyPrefix, replication } = config;
  const commands = new RedisCommands(connections, config);
  const options = { keyPrefix, defaultTtlSeconds, keepsRuns, replication, address: describeServers(config.servers) };
  try {
    logger.log((await commands.checkServers()).server);
  } catch (error) {
    if (isParleyError(error, 'store_incompatible')) throw error;
    logger.warn('Redis does not answer yet; the service starts and is not ready until it does.');
  }
  const close = async () => {
    for (const connection of all) connection.disconnect();
  };
  const channels = feedChannels(feed, (error) => logger.warn(`change feed: ${fromRedisError(error).message}`));
  const store = new RedisSessionStore(commands, channels, options, clock);
  return { store, shared: new RedisSharedStore(commands, channels, keyPrefix), close };
}

/** For the start-up banner: no credentials. */
function describeServers(servers: RedisServers): string {
  if (servers.kind === 'sentinel') return `${servers.name} behind ${servers.sentinels.length} Sentinels`;
  if (servers.kind === 'cluster')
    return `cluster at ${servers.nodes.map(({ host, port }) => `${host}:${port}`).join(', ')}`;
  const { hostname, port } = new URL(servers.url);
  return `${hostname}:${port || 6379}`;
}

/** Once a change of state, not once an attempt or a connection: a server that is away for an hour is one line. */
function reportConnections(connections: readonly RedisConnection[], logger: Logger): void {
  const away = new Set<RedisConnection>();
  for (const connection of connections) {
    connection.on('ready', () => {
      if (away.delete(connection) && away.size === 0) logger.log('the connections are back');
    });
    connection.on('error', (error: unknown) => {
      if (away.size === 0) logger.warn(`a connection failed: ${fromRedisError(error).message}`);
      away.add(connection);
    });
  }
}
