import { Redis } from 'ioredis';
import { systemClock } from '../../src/common/clock';
import { RedisServer } from '../support/redis-server';
import { connectRedisStore } from '../support/redis-store';
import { KEY_PREFIX } from './sessions';
import { redisWork, workBetween } from './usage';

const CALLS = 200;
/** About what a process has to add for its fleet's latencies every time: stages by their buckets. */
const COUNTERS = 500;

/** Microseconds of Redis for the keys that all processes write to, each in one place however many shards there are. */
export interface SharedCost {
  /** One counter added: as an opened session is noted where there is an archive. */
  readonly noteMicros: number;
  /** One of many counters added in one call: as processes add up the fleet's latencies. */
  readonly counterMicros: number;
}

export async function sharedCost(): Promise<SharedCost> {
  const server = await RedisServer.start();
  const redis = new Redis(server.url);
  const { shared, disconnect } = await connectRedisStore({
    url: server.url,
    keyPrefix: KEY_PREFIX,
    clock: systemClock,
  });
  const micros = async (counters: number) => {
    const before = await redisWork(redis);
    const counts = new Map(Array.from({ length: counters }, (_, index) => [`counter-${index}`, 1]));
    for (let call = 0; call < CALLS; call += 1) await shared.addCounts(`cost/${counters}`, counts, 60);
    const { byCommand } = workBetween(before, await redisWork(redis));
    return ((byCommand['evalsha']?.micros ?? 0) + (byCommand['eval']?.micros ?? 0)) / CALLS / counters;
  };
  try {
    return { noteMicros: await micros(1), counterMicros: await micros(COUNTERS) };
  } finally {
    disconnect();
    redis.disconnect();
    await server.stop();
  }
}
