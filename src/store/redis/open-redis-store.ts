import type { RedisModuleOptions, RedisService } from '@liaoliaots/nestjs-redis';
import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { Clock } from '../../common/clock';
import { isParleyError } from '../../common/parley-error';
import type { ParleyConfig } from '../../config/parley-config';
import { redisClientOptions } from './redis-client-options';
import { fromRedisError } from './redis-errors';
import { RedisSessionStore } from './redis-session-store';

type RedisConfig = Extract<ParleyConfig['store'], { kind: 'redis' }>;

/** The connections of the store: commands, and the change feed, which can do nothing but listen. */
const ROLES = ['commands', 'feed'] as const;

/** No connections at all where another store is in use. */
export function redisModuleOptions({ store }: ParleyConfig): RedisModuleOptions {
  if (store.kind !== 'redis') return { config: [] };
  return {
    // Closing belongs to the store: it goes last, and never waits for a server that is away.
    closeClient: false,
    readyLog: false,
    errorLog: false,
    config: ROLES.map((role) => ({ namespace: role, url: store.url, ...redisClientOptions(role, store) })),
  };
}

/**
 * Opens the store on the module's connections. A server that does not answer is no reason not to start: the service
 * then reports that it is not ready, and becomes so when the server is there.
 * @throws ParleyError `store_incompatible`
 */
export async function openRedisStore(
  config: RedisConfig,
  defaultTtlSeconds: number,
  redis: RedisService,
  clock: Clock,
): Promise<{ store: RedisSessionStore; close(): Promise<void> }> {
  const logger = new Logger('Redis');
  const [commands, feed] = ROLES.map((role) => redis.getOrThrow(role)) as [Redis, Redis];
  for (const connection of [commands, feed]) reportConnection(connection, logger);
  await Promise.all([commands, feed].map((connection) => connected(connection, config.connectTimeoutMs)));
  const { hostname, port } = new URL(config.url);
  const options = {
    keyPrefix: config.keyPrefix,
    maxInFlight: config.maxInFlight,
    defaultTtlSeconds,
    address: `${hostname}:${port || 6379}`,
  };
  const store = new RedisSessionStore(commands, feed, options, clock);
  try {
    logger.log((await store.checkServer()).server);
  } catch (error) {
    if (isParleyError(error, 'store_incompatible')) throw error;
    logger.warn('Redis does not answer yet; the service starts and is not ready until it does.');
  }
  const close = async () => {
    for (const connection of [commands, feed]) connection.disconnect();
  };
  return { store, close };
}

/** Once a change of state, not once an attempt: a server that is away for an hour is one line. */
function reportConnection(connection: Redis, logger: Logger): void {
  let away = false;
  connection.on('ready', () => {
    if (away) logger.log('the connection is back');
    away = false;
  });
  connection.on('error', (error: unknown) => {
    if (!away) logger.warn(`the connection failed: ${fromRedisError(error).message}`);
    away = true;
  });
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
