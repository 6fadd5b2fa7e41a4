import type { Redis } from 'ioredis';
import { systemClock } from '../../src/common/clock';
import { type ConnectedStore, connectRedisStore } from '../support/redis-store';
import { uniquePrefix } from '../support/test-redis';

export interface RedisProcessOptions {
  readonly keyPrefix?: string;
  readonly commandTimeoutMs?: number;
  readonly maxInFlight?: number;
}

/** A store as one process of the service has it, on the real clock, and the prefix of its keys. */
export interface RedisProcess extends ConnectedStore<Redis> {
  readonly keyPrefix: string;
}

export async function redisProcess(url: string, options: RedisProcessOptions = {}): Promise<RedisProcess> {
  const settings = { keyPrefix: uniquePrefix(), connectTimeoutMs: 1000, ...options };
  const connected = await connectRedisStore({ url, clock: systemClock, ...settings });
  // Without a listener the client prints what each attempt to reconnect met.
  for (const connection of [...connected.connections, connected.feed]) connection.on('error', () => undefined);
  return { ...connected, keyPrefix: settings.keyPrefix };
}

/** How often the server ran each command since its counters were reset, commands of scripts included. */
export async function commandCalls(redis: Redis): Promise<Map<string, number>> {
  const lines = (await redis.info('commandstats')).split('\r\n');
  const calls = lines.map((line) => /^cmdstat_([^:]+):calls=(\d+)/.exec(line)).filter((match) => match !== null);
  return new Map(calls.map(([, name = '', count]) => [name, Number(count)]));
}
