import { Redis } from 'ioredis';
import type { Clock } from '../../src/common/clock';
import { redisClientOptions, type RedisTimeouts } from '../../src/store/redis/redis-client-options';
import { RedisCommands } from '../../src/store/redis/redis-commands';
import { RedisSessionStore } from '../../src/store/redis/redis-session-store';
import { RedisSharedStore } from '../../src/store/redis/redis-shared-store';

export interface ConnectedStore {
  readonly store: RedisSessionStore;
  readonly shared: RedisSharedStore;
  readonly commands: RedisCommands;
  /** The connections that the store's commands go over, and the one of its change feed. */
  readonly connections: readonly Redis[];
  readonly feed: Redis;
  readonly disconnect: () => void;
}

export interface StoreConnection extends Partial<RedisTimeouts> {
  readonly url: string;
  readonly keyPrefix: string;
  readonly clock: Clock;
  readonly maxInFlight?: number;
  readonly keepsRuns?: boolean;
}

/** As many as the service uses unless it is told otherwise. */
const CONNECTIONS = 2;

/** The Redis stores with connections of its own, as one process has it. */
export async function connectRedisStore(options: StoreConnection): Promise<ConnectedStore> {
  const { keepsRuns = false } = options;
  const { url, keyPrefix, clock, commandTimeoutMs = 5000, connectTimeoutMs = 5000, maxInFlight = 100_000 } = options;
  const open = (role: 'commands' | 'feed') =>
    new Redis(url, redisClientOptions(role, { commandTimeoutMs, connectTimeoutMs }));
  const connections = Array.from({ length: CONNECTIONS }, () => open('commands'));
  const feed = open('feed');
  await Promise.all([...connections, feed].map(ready));
  const commands = new RedisCommands(connections, { maxInFlight, commandTimeoutMs });
  await commands.checkServer();
  const storeOptions = { keyPrefix, defaultTtlSeconds: 7200, keepsRuns, address: 'test' };
  const store = new RedisSessionStore(commands, feed, storeOptions, clock);
  const shared = new RedisSharedStore(commands, feed, keyPrefix);
  const disconnect = () => {
    for (const connection of [...connections, feed]) connection.disconnect();
  };
  return { store, shared, commands, connections, feed, disconnect };
}

function ready(connection: Redis): Promise<void> {
  if (connection.status === 'ready') return Promise.resolve();
  return new Promise((resolve) => connection.once('ready', () => resolve()));
}
