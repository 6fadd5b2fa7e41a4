import type { RedisModuleOptions, RedisService } from '@liaoliaots/nestjs-redis';
import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { Clock } from '../../common/clock';
import { isParleyError } from '../../common/parley-error';
import type { ParleyConfig } from '../../config/parley-config';
import { redisClientOptions } from './redis-client-options';
import { RedisCommands } from './redis-commands';
import { fromRedisError } from './redis-errors';
import { RedisSessionStore, type RedisStoreOptions } from './redis-session-store';
import { RedisSharedStore } from './redis-shared-store';

type RedisConfig = Extract<ParleyConfig['store'], { kind: 'redis' }>;

/** The change feed's connection, which can do nothing but listen; beside it those for commands. */
const FEED = 'feed';
const commandNames = (store: RedisConfig) =>
  Array.from({ length: store.connections }, (_, index) => `commands-${index}`);

/** No connections at all where another store is in use. */
export function redisModuleOptions({ store }: ParleyConfig): RedisModuleOptions {
  if (store.kind !== 'redis') return { config: [] };
  const { url } = store;
  return {
    // Closing belongs to the store: it goes last, and never waits for a server that is away.
    closeClient: false,
    readyLog: false,
    errorLog: false,
    config: [
      { namespace: FEED, url, ...redisClientOptions('feed', store) },
      ...commandNames(store).map((namespace) => ({ namespace, url, ...redisClientOptions('commands', store) })),
    ],
  };
}

/**
 * Opens the stores on the module's connections. A server that does not answer is no reason not to start: the service
 * then reports that it is not ready, and becomes so when the server is there.
 * @throws ParleyError `store_incompatible`
 */
export async function openRedisStore(
  config: RedisConfig,
  { defaultTtlSeconds, keepsRuns }: Required<Pick<RedisStoreOptions, 'defaultTtlSeconds' | 'keepsRuns'>>,
  redis: RedisService,
  clock: Clock,
): Promise<{ store: RedisSessionStore; shared: RedisSharedStore; close(): Promise<void> }> {
  const logger = new Logger('Redis');
  const feed = redis.getOrThrow(FEED);
  const connections = commandNames(config).map((name) => redis.getOrThrow(name));
  const all = [feed, ...connections];
  reportConnections(all, logger);
  await Promise.all(all.map((connection) => connected(connection, config.connectTimeoutMs)));
  const { hostname, port } = new URL(config.url);
  const { keyPrefix } = config;
  const commands = new RedisCommands(connections, config);
  const options = { keyPrefix, defaultTtlSeconds, keepsRuns, address: `${hostname}:${port || 6379}` };
  try {
    logger.log((await commands.checkServer()).server);
  } catch (error) {
    if (isParleyError(error, 'store_incompatible')) throw error;
    logger.warn('Redis does not answer yet; the service starts and is not ready until it does.');
  }
  const close = async () => {
    for (const connection of all) connection.disconnect();
  };
  const store = new RedisSessionStore(commands, feed, options, clock);
  return { store, shared: new RedisSharedStore(commands, feed, keyPrefix), close };
}

/** Once a change of state, not once an attempt or a connection: a server that is away for an hour is one line. */
function reportConnections(connections: readonly Redis[], logger: Logger): void {
  const away = new Set<Redis>();
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

/** Resolves when the connection is ready, or after the timeout whatever it is. */
function connected(connection: Redis, timeoutMs: number): Promise<void> {
  if (connection.status === 'ready') return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, timeoutMs);
    connection.once('ready', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
