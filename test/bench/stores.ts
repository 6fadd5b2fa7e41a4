import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { systemClock } from '../../src/common/clock';
import { EmbeddedSessionStore } from '../../src/store/embedded/embedded-session-store';
import { redisClientOptions } from '../../src/store/redis/redis-client-options';
import type { SessionStore } from '../../src/store/session-store';
import { RedisServer } from '../support/redis-server';
import { connectRedisStore } from '../support/redis-store';

export interface BenchStore {
  readonly name: 'redis' | 'embedded';
  readonly store: SessionStore;
  close(): Promise<void>;
}

export interface RedisBench extends BenchStore {
  readonly server: RedisServer;
  /** A connection with the same options as the store's, for bare commands. */
  readonly bare: Redis;
  /** Bytes that the store has sent to Redis so far. */
  bytesWritten(): number;
}

export async function openRedisBench(): Promise<RedisBench> {
  const server = await RedisServer.start();
  const own = await connectRedisStore({ url: server.url, keyPrefix: 'session:', clock: systemClock });
  const bare = new Redis(
    server.url,
    redisClientOptions('commands', { commandTimeoutMs: 5000, connectTimeoutMs: 5000 }),
  );
  await once(bare, 'ready');
  return {
    name: 'redis',
    store: own.store,
    server,
    bare,
    bytesWritten: () => own.connections.reduce((sum, { stream }) => sum + stream.bytesWritten, 0),
    close: async () => {
      own.disconnect();
      bare.disconnect();
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
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
