import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { systemClock } from '../../src/common/clock';
import { EmbeddedSessionStore } from '../../src/store/embedded/embedded-session-store';
import { redisClientOptions } from '../../src/store/redis/redis-client-options';
import { RedisSessionStore } from '../../src/store/redis/redis-session-store';
import type { SessionStore } from '../../src/store/session-store';
import { RedisServer } from '../support/redis-server';

export interface BenchStore {
  readonly name: 'redis' | 'embedded';
  readonly store: SessionStore;
  /** The client the Redis store uses; a bench may read its counters and send bare commands through its like. */
  readonly redis?: Redis;
  readonly server?: RedisServer;
  connect(): Promise<Redis>;
  close(): Promise<void>;
}

export async function openRedisBench(): Promise<BenchStore & { redis: Redis; server: RedisServer }> {
  const server = await RedisServer.start();
  const connections: Redis[] = [];
  const connect = async (role: 'commands' | 'feed') => {
    const timeouts = { commandTimeoutMs: 10_000, connectTimeoutMs: 5000 };
    const redis = new Redis(server.url, redisClientOptions(role, timeouts));
    await new Promise<void>((resolve) => redis.once('ready', () => resolve()));
    connections.push(redis);
    return redis;
  };
  const redis = await connect('commands');
  const options = { keyPrefix: 'session:', defaultTtlSeconds: 7200, maxInFlight: 100_000, address: server.url };
  const store = new RedisSessionStore(redis, await connect('feed'), options, systemClock);
  await store.checkServer();
  return {
    name: 'redis',
    store,
    redis,
    server,
    connect: () => connect('commands'),
    close: async () => {
      connections.forEach((connection) => connection.disconnect());
      await server.stop();
    },
  };
}

export async function openEmbeddedBench(): Promise<BenchStore> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  const store = await EmbeddedSessionStore.open({ folder, defaultTtlSeconds: 7200 }, systemClock);
  return {
    name: 'embedded',
    store,
    connect: () => Promise.reject(new Error('The embedded store has no connections.')),
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
