import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../src/programs/random';
import type { FailingOver } from '../support/failing-over';
import type { RedisCluster } from '../support/redis-cluster';
import { ask } from '../support/redis-sentinel';
import type { RedisServer } from '../support/redis-server';
import { until } from '../support/until';
import { configure, type Fault, pick, seconds } from './faults';
import type { Outage } from './recovery';

const KEY_PREFIX = 'session:';
/** Sentinels wait for twice their failover timeout before they try again. */
const FAILOVER_LIMIT_MS = 60_000;
/** A primary that comes back is told by Sentinels after ten seconds that it is none. */
const COMPLETE_LIMIT_MS = 120_000;

const keyOf = (sessionId: string) => KEY_PREFIX + sessionId;

/** A server that does not answer, or not in time, is asked again. */
const eventually = (question: () => Promise<boolean>, withinMs: number) =>
  until(() => question().catch(() => false), withinMs);

const whenComplete = ({ running }: FailingOver) => eventually(() => running.isComplete(), COMPLETE_LIMIT_MS);
const whenTakenOver = (servers: FailingOver, key: string, failed: RedisServer) =>
  eventually(() => servers.hasTakenOver(key, failed), FAILOVER_LIMIT_MS);

/** What happens to primaries and replicas; each time all are in step again before it counts as mended. */
export function failoverFaults(servers: FailingOver, sessionIds: readonly string[]): Fault[] {
  const fault = (name: string, breakIt: (key: string, primary: RedisServer, random: Random) => Promise<unknown>) => ({
    name,
    inject: async (random: Random) => {
      const key = keyOf(pick(random, sessionIds));
      await whenComplete(servers);
      await breakIt(key, await servers.primaryOf(key), random);
      await whenComplete(servers);
    },
  });
  return [
    fault('primary killed, replica takes over', async (key, primary, random) => {
      await primary.kill();
      await whenTakenOver(servers, key, primary);
      await seconds(random, 0, 2);
      await primary.launch();
    }),
    fault('primary frozen until replica takes over', async (key, primary, random) => {
      primary.pause();
      await whenTakenOver(servers, key, primary);
      await seconds(random, 0, 2);
      primary.resume();
    }),
    fault('primary frozen for a moment', async (_key, primary, random) => {
      primary.pause();
      await seconds(random, 0.1, 0.4);
      primary.resume();
    }),
    fault('replica frozen', async (_key, primary, random) => {
      const replica = await servers.replicaOf(primary);
      replica.pause();
      await seconds(random, 0.2, 3);
      replica.resume();
    }),
    fault('primary full', async (_key, primary, random) => {
      await configure(primary, 'maxmemory', '1mb');
      await seconds(random, 0.5, 2);
      await configure(primary, 'maxmemory', '0');
    }),
  ];
}

/** Slots of some sessions go to another primary, whose replica has them before anything else fails. */
export function moveFault({ running }: FailingOver<RedisCluster>, sessionIds: readonly string[]): Fault {
  return {
    name: 'slots moved',
    inject: async (random) => {
      for (let moves = 0; moves < 4; moves += 1) {
        const key = keyOf(pick(random, sessionIds));
        await eventually(() => running.isComplete(), COMPLETE_LIMIT_MS);
        await running.moveSlot(key, () => seconds(random, 0, 0.3));
        await eventually(async () => (await running.ownerPorts(key)).length === 1, COMPLETE_LIMIT_MS);
        await eventually(async () => replicated(await running.ownerOf(key)), COMPLETE_LIMIT_MS);
      }
    },
  };
}

/** Whether the replica has all that was written before. */
async function replicated({ port }: RedisServer): Promise<boolean> {
  // A connection waits for what was written up to its last command.
  const count = await ask(port, async (redis) => {
    await redis.ping();
    return redis.wait(1, 500);
  });
  return count === 1;
}

/** A primary is killed, and comes back a second after its replica has taken over. */
export function failoverOutage(servers: FailingOver, sessionIds: readonly string[]): Outage {
  return {
    name: 'primary killed, replica takes over',
    fail: async () => {
      await whenComplete(servers);
      const key = keyOf(sessionIds[0] ?? '');
      const primary = await servers.primaryOf(key);
      const owners = await Promise.all(sessionIds.map((id) => servers.primaryOf(keyOf(id))));
      const concerned = new Set(sessionIds.filter((_, index) => owners[index] === primary));
      const failedAtMs = performance.now();
      await primary.kill();
      await whenTakenOver(servers, key, primary);
      const atMs = performance.now();
      await sleep(1000);
      await primary.launch();
      await whenComplete(servers);
      const takenOver = { atMs, afterMs: atMs - failedAtMs, has: (id: string) => concerned.has(id) };
      return { takenOver, backMs: performance.now() };
    },
  };
}
