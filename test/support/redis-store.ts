import { Cluster, Redis } from 'ioredis';
import type { Clock } from '../../src/common/clock';
import type { RedisServers } from '../../src/config/redis-servers';
import {
  clusterClientOptions,
  redisClientOptions,
  type RedisRole,
  type RedisTimeouts,
  sentinelClientOptions,
} from '../../src/store/redis/redis-client-options';
import { feedChannels } from '../../src/store/redis/open-feed';
import { RedisCommands } from '../../src/store/redis/redis-commands';
import { connectNodes, isCluster, type RedisConnection, whenConnected } from '../../src/store/redis/redis-connection';
import type { ReplicationOptions } from '../../src/store/redis/replication';
import { RedisSessionStore } from '../../src/store/redis/redis-session-store';
import { RedisSharedStore } from '../../src/store/redis/redis-shared-store';

/** The Redis stores with connections of its own, as one process has it. */
export interface ConnectedStore<Connection extends RedisConnection = RedisConnection> {
  readonly store: RedisSessionStore;
  readonly shared: RedisSharedStore;
  readonly commands: RedisCommands;
  /** The connections that the store's commands go over, and the one of its change feed. */
  readonly connections: readonly Connection[];
  readonly feed: Connection;
  readonly disconnect: () => void;
}

interface StoreOptions extends Partial<RedisTimeouts> {
  readonly keyPrefix: string;
  readonly clock: Clock;
  readonly maxInFlight?: number;
  readonly keepsRuns?: boolean;
  readonly replication?: ReplicationOptions;
}

export interface StoreConnection extends StoreOptions {
  readonly url: string;
}

/** As many as the service uses unless it is told otherwise. */
const CONNECTIONS = 2;

/** On one server. */
export function connectRedisStore({ url, ...options }: StoreConnection): Promise<ConnectedStore<Redis>> {
  return connect((role, timeouts) => new Redis(url, redisClientOptions(role, timeouts)), options);
}

/** On whatever servers there are, as the service connects to them. */
export function connectStore(servers: RedisServers, options: StoreOptions): Promise<ConnectedStore> {
  return connect((role, timeouts) => connectionTo(servers, role, timeouts), options);
}

export function connectionTo(servers: RedisServers, role: RedisRole, timeouts: RedisTimeouts): RedisConnection {
  if (servers.kind === 'single') return new Redis(servers.url, redisClientOptions(role, timeouts));
  if (servers.kind === 'sentinel') return new Redis(sentinelClientOptions(servers, role, timeouts));
  const { nodes, ...options } = clusterClientOptions(servers, role, timeouts);
  return new Cluster(nodes, options);
}

async function connect<Connection extends RedisConnection>(
  open: (role: RedisRole, timeouts: RedisTimeouts) => Connection,
  options: StoreOptions,
): Promise<ConnectedStore<Connection>> {
  const { keyPrefix, clock, commandTimeoutMs = 15_000, connectTimeoutMs = 5000, maxInFlight = 100_000 } = options;
  const timeouts = { commandTimeoutMs, connectTimeoutMs };
  const connections = Array.from({ length: CONNECTIONS }, () => open('commands', timeouts));
  const feed = open('feed', timeouts);
  for (const connection of connections) if (isCluster(connection)) connectNodes(connection);
  await Promise.all([...connections, feed].map((connection) => whenConnected(connection, connectTimeoutMs)));
  const commands = new RedisCommands(connections, { maxInFlight, commandTimeoutMs });
  await commands.checkServers();
  const storeOptions = {
    keyPrefix,
    defaultTtlSeconds: 7200,
    keepsRuns: options.keepsRuns ?? false,
    replication: options.replication,
    address: 'test',
  };
  const channels = feedChannels(feed, () => undefined);
  const store = new RedisSessionStore(commands, channels, storeOptions, clock);
  const shared = new RedisSharedStore(commands, channels, keyPrefix);
  const disconnect = () => {
    for (const connection of [...connections, feed]) connection.disconnect();
  };
  return { store, shared, commands, connections, feed, disconnect };
}
