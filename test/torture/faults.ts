import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import type { Random } from '../../src/programs/random';
import type { RedisServer } from '../support/redis-server';
import type { FaultProxy } from './fault-proxy';
import type { Service } from './fleet';
import type { Outage } from './recovery';

/** Something that breaks, and is mended by the time it resolves. */
export interface Fault {
  readonly name: string;
  inject(random: Random): Promise<void>;
}

export const seconds = (random: Random, least: number, most: number) =>
  sleep((least + random.next() * (most - least)) * 1000);

export function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random.next() * items.length)] as T;
}

/** What happens to processes of the service. */
export function serviceFaults(services: readonly Service[]): Fault[] {
  return [
    {
      name: 'service killed',
      inject: async (random) => {
        const service = pick(random, services);
        await service.kill();
        await seconds(random, 0, 1);
        service.launch();
        await service.whenReady().catch(() => undefined);
      },
    },
    {
      name: 'service told to end',
      inject: async (random) => {
        const service = pick(random, services);
        await service.kill('SIGTERM');
        service.launch();
        await service.whenReady().catch(() => undefined);
      },
    },
    {
      name: 'service frozen',
      inject: async (random) => {
        const service = pick(random, services);
        service.signal('SIGSTOP');
        await seconds(random, 1, 4);
        service.signal('SIGCONT');
      },
    },
    {
      name: "service's clock jumps",
      inject: async (random) => {
        const service = pick(random, services);
        service.signal('SIGUSR2');
        await seconds(random, 0.5, 2);
        service.signal('SIGUSR2');
      },
    },
  ];
}

/** What happens to a Redis. */
export function redisFaults(server: RedisServer): Fault[] {
  return [
    {
      name: 'Redis killed',
      inject: async (random) => {
        await server.kill();
        await seconds(random, 0.2, 2);
        await server.launch();
      },
    },
    {
      name: 'Redis frozen',
      inject: async (random) => {
        server.pause();
        await seconds(random, 1, 4);
        server.resume();
      },
    },
    {
      name: 'Redis full',
      inject: async (random) => {
        await configure(server, 'maxmemory', '1mb');
        await seconds(random, 0.5, 2);
        await configure(server, 'maxmemory', '0');
      },
    },
  ];
}

export async function configure({ port }: RedisServer, name: string, value: string): Promise<void> {
  const redis = new Redis(port, '127.0.0.1', { retryStrategy: () => 50, maxRetriesPerRequest: 100 });
  redis.on('error', () => undefined);
  try {
    await redis.config('SET', name, value);
  } finally {
    redis.disconnect();
  }
}

/** Redis is killed, and is away for a second. */
export function redisOutage(server: RedisServer): Outage {
  return {
    name: 'Redis killed, a second away',
    fail: async () => {
      await server.kill();
      await sleep(1000);
      await server.launch();
      return { backMs: performance.now() };
    },
  };
}

/** What happens between the service and its Redis: each process has a way of its own. */
export function networkFaults(ways: readonly FaultProxy[]): Fault[] {
  const broken = (name: string, breakIt: (way: FaultProxy) => void, least: number, most: number): Fault => ({
    name,
    inject: async (random) => {
      const way = pick(random, ways);
      breakIt(way);
      await seconds(random, least, most);
      way.heal();
    },
  });
  return [
    broken('network slow, 200 ms', (way) => way.delay(200), 1, 3),
    broken('network stalled', (way) => way.stall(), 0.5, 4),
    broken('answers lost', (way) => way.deafen(), 0.5, 3),
    broken('connections cut', (way) => way.cut(), 0, 0.2),
    broken('network away', (way) => way.close(), 0.5, 3),
  ];
}

/** The disk takes nothing more for a while: the file that the store writes to must not grow. */
export function diskFault(service: Service, file: string): Fault {
  const limit = (bytes: string) =>
    promisify(execFile)('prlimit', [`--pid=${service.pid ?? 0}`, `--fsize=${bytes}:unlimited`]).catch(() => undefined);
  return {
    name: 'disk full',
    inject: async (random) => {
      await limit(String(statSync(file).size));
      await seconds(random, 0.5, 2);
      await limit('unlimited');
    },
  };
}
