import { Redis } from 'ioredis';
import { nowSeconds } from '../../src/common/clock';
import { redisClientOptions } from '../../src/store/redis/redis-client-options';
import { RedisSessionStore } from '../../src/store/redis/redis-session-store';
import type { StoreHarness } from '../contract/session-store.contract';
import { ManualClock } from '../support/manual-clock';
import { removeKeys, testRedisUrl, uniquePrefix } from '../support/test-redis';

/** Two stores on real Redis under a key prefix of their own, each with its own connections, as two processes have. */
export async function redisHarness(url = testRedisUrl()): Promise<StoreHarness & { redis: Redis; keyPrefix: string }> {
  const keyPrefix = uniquePrefix();
  const clock = new ManualClock();
  const redis = new Redis(url);
  const connections: Redis[] = [redis];
  const connect = (role: 'commands' | 'feed') => {
    const connection = new Redis(url, redisClientOptions(role, { commandTimeoutMs: 5000, connectTimeoutMs: 5000 }));
    connections.push(connection);
    return connection;
  };
  const open = async () => {
    const options = { keyPrefix, defaultTtlSeconds: 7200, maxInFlight: 10_000, address: 'test' };
    const commands = connect('commands');
    const feed = connect('feed');
    await Promise.all([commands, feed].map(ready));
    const store = new RedisSessionStore(commands, feed, options, clock);
    await store.checkServer();
    return store;
  };
  return {
    redis,
    keyPrefix,
    store: await open(),
    peer: await open(),
    advance: async (seconds) => {
      clock.advance(seconds);
      await shiftExpiries(redis, keyPrefix, seconds);
    },
    now: () => nowSeconds(clock),
    writeLegacy: async (sessionId, fields) => void (await redis.hset(keyPrefix + sessionId, fields)),
    corrupt: async (sessionId, field, text) => void (await redis.hset(keyPrefix + sessionId, field, text)),
    close: async () => {
      await removeKeys(redis, keyPrefix);
      for (const connection of connections) connection.disconnect();
    },
  };
}

function ready(connection: Redis): Promise<void> {
  if (connection.status === 'ready') return Promise.resolve();
  return new Promise((resolve) => connection.once('ready', () => resolve()));
}

/** The server's clock can't be moved, but what is left of each key's life can: the same, seen from the key. */
async function shiftExpiries(redis: Redis, prefix: string, seconds: number): Promise<void> {
  for (const key of await redis.keys(`${prefix}*`)) {
    const ttlMs = await redis.pttl(key);
    if (ttlMs >= 0) await redis.pexpire(key, Math.max(ttlMs - Math.round(seconds * 1000), 0));
  }
}
