import { Redis } from 'ioredis';
import { nowSeconds } from '../../src/common/clock';
import type { RedisServers } from '../../src/config/redis-servers';
import { type RedisConnection, serversOf, whenConnected } from '../../src/store/redis/redis-connection';
import type { StoreHarness } from '../contract/session-store.contract';
import type { SharedStorePair } from '../contract/shared-store.contract';
import { ManualClock } from '../support/manual-clock';
import { type ConnectedStore, connectionTo, connectRedisStore, connectStore } from '../support/redis-store';
import type { Topology } from '../support/topologies';
import { removeKeys, testRedisUrl, uniquePrefix } from '../support/test-redis';

export interface RedisHarness extends StoreHarness {
  /** A connection beside the stores', for what others do to their keys. */
  readonly redis: Redis;
  readonly keyPrefix: string;
  readonly shared: SharedStorePair;
  /** The connections over which the commands of `store` go. */
  readonly connections: readonly Redis[];
}

/** Two stores on one server under a key prefix of their own, each with its own connections, as two processes have. */
export async function redisHarness(url = testRedisUrl(), keepsRuns = false): Promise<RedisHarness> {
  const redis = new Redis(url);
  const harness = await harnessOver(redis, (options) => connectRedisStore({ url, keepsRuns, ...options }));
  return { redis, ...harness };
}

export type ServersHarness = Omit<RedisHarness, 'redis' | 'connections'>;

/** The same on whatever servers there are. */
export function serversHarness(servers: RedisServers): Promise<ServersHarness> {
  const admin = connectionTo(servers, 'commands', { commandTimeoutMs: 5000, connectTimeoutMs: 5000 });
  return harnessOver(admin, (options) => connectStore(servers, options));
}

/** The same on servers of its own, which stop with it. */
export async function topologyHarness(topology: Topology): Promise<ServersHarness> {
  const running = await topology.start();
  const harness = await serversHarness(running.servers);
  const close = async () => {
    await harness.close();
    await running.stop();
  };
  return { ...harness, close };
}

async function harnessOver<Store extends ConnectedStore>(
  admin: RedisConnection,
  connect: (options: { readonly keyPrefix: string; readonly clock: ManualClock }) => Promise<Store>,
) {
  const keyPrefix = uniquePrefix();
  const clock = new ManualClock();
  await whenConnected(admin, CONNECT_TIMEOUT_MS);
  const own = await connect({ keyPrefix, clock });
  const peer = await connect({ keyPrefix, clock });
  const eachServer = async (work: (server: Redis) => Promise<void>) => {
    for (const [, server] of serversOf(admin)) await work(server);
  };
  const write = async (sessionId: string, fields: Readonly<Record<string, string>>) =>
    void (await admin.hset(keyPrefix + sessionId, fields));
  return {
    keyPrefix,
    connections: own.connections as Store['connections'],
    store: own.store,
    peer: peer.store,
    shared: { store: own.shared, peer: peer.shared },
    advance: async (seconds: number) => {
      clock.advance(seconds);
      await eachServer((server) => shiftExpiries(server, keyPrefix, seconds));
    },
    now: () => nowSeconds(clock),
    writeLegacy: write,
    corrupt: (sessionId: string, field: string, text: string) => write(sessionId, { [field]: text }),
    close: async () => {
      await eachServer((server) => removeKeys(server, keyPrefix));
      for (const { disconnect } of [own, peer]) disconnect();
      admin.disconnect();
    },
  };
}

const CONNECT_TIMEOUT_MS = 5000;

/** The server's clock can't be moved, but what is left of each key's life can: the same, seen from the key. */
async function shiftExpiries(redis: Redis, prefix: string, seconds: number): Promise<void> {
  for (const key of await redis.keys(`${prefix}*`)) {
    const ttlMs = await redis.pttl(key);
    if (ttlMs >= 0) await redis.pexpire(key, Math.max(ttlMs - Math.round(seconds * 1000), 0));
  }
}
