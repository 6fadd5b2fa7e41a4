import { Redis } from 'ioredis';
import { nowSeconds } from '../../src/common/clock';
import type { StoreHarness } from '../contract/session-store.contract';
import type { SharedStorePair } from '../contract/shared-store.contract';
import { ManualClock } from '../support/manual-clock';
import { connectRedisStore } from '../support/redis-store';
import { removeKeys, testRedisUrl, uniquePrefix } from '../support/test-redis';

export interface RedisHarness extends StoreHarness {
  /** A connection beside the stores', for what others do to their keys. */
  readonly redis: Redis;
  readonly keyPrefix: string;
  readonly shared: SharedStorePair;
  /** The connections over which the commands of `store` go. */
  readonly connections: readonly Redis[];
}

/** Two stores on real Redis under a key prefix of their own, each with its own connections, as two processes have. */
export async function redisHarness(url = testRedisUrl(), keepsRuns = false): Promise<RedisHarness> {
  const keyPrefix = uniquePrefix();
  const clock = new ManualClock();
  const redis = new Redis(url);
  const own = await connectRedisStore({ url, keyPrefix, clock, keepsRuns });
  const peer = await connectRedisStore({ url, keyPrefix, clock, keepsRuns });
  return {
    redis,
    keyPrefix,
    connections: own.connections,
    store: own.store,
    peer: peer.store,
    shared: { store: own.shared, peer: peer.shared },
    advance: async (seconds) => {
      clock.advance(seconds);
      await shiftExpiries(redis, keyPrefix, seconds);
    },
    now: () => nowSeconds(clock),
    writeLegacy: async (sessionId, fields) => void (await redis.hset(keyPrefix + sessionId, fields)),
    corrupt: async (sessionId, field, text) => void (await redis.hset(keyPrefix + sessionId, field, text)),
    writeLayout: async (sessionId, version) => {
      const header = (await redis.hget(keyPrefix + sessionId, 'session')) ?? '';
      await redis.hset(keyPrefix + sessionId, 'session', header.replace(/^\d+ /, `${version} `));
    },
    close: async () => {
      await removeKeys(redis, keyPrefix);
      for (const { disconnect } of [own, peer]) disconnect();
      redis.disconnect();
    },
  };
}

/** The server's clock can't be moved, but what is left of each key's life can: the same, seen from the key. */
async function shiftExpiries(redis: Redis, prefix: string, seconds: number): Promise<void> {
  for (const key of await redis.keys(`${prefix}*`)) {
    const ttlMs = await redis.pttl(key);
    if (ttlMs >= 0) await redis.pexpire(key, Math.max(ttlMs - Math.round(seconds * 1000), 0));
  }
}
