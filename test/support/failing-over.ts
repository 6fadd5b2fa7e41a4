import { RedisCluster } from './redis-cluster';
import { ask, SentinelSetup } from './redis-sentinel';
import type { RedisServer } from './redis-server';

/** Servers of which one takes over where another fails. */
export interface FailingOver<Running extends SentinelSetup | RedisCluster = SentinelSetup | RedisCluster> {
  readonly running: Running;
  /** The server that has a key. */
  primaryOf(key: string): Promise<RedisServer>;
  replicaOf(primary: RedisServer): Promise<RedisServer>;
  /** Whether a server other than the failed one is known to all as primary of the key. */
  hasTakenOver(key: string, failed: RedisServer): Promise<boolean>;
}

/** @param args of every server, beside its own */
export async function behindSentinels(args: readonly string[] = []): Promise<FailingOver<SentinelSetup>> {
  const running = await SentinelSetup.start(undefined, args);
  const [first, second] = running.nodes;
  const other = (than: RedisServer) => (than === first ? second : first);
  return {
    running,
    primaryOf: async () => ((await running.primaryPort()) === first.port ? first : second),
    replicaOf: async (primary) => other(primary),
    hasTakenOver: async (_key, failed) =>
      (await running.primaryPort()) === other(failed).port && (await isPrimary(other(failed))),
  };
}

/** @param args of every node, beside its own */
export async function inCluster(args: readonly string[] = []): Promise<FailingOver<RedisCluster>> {
  const running = await RedisCluster.start(undefined, args);
  return {
    running,
    primaryOf: (key) => running.ownerOf(key),
    replicaOf: (primary) => running.replicaOf(primary),
    hasTakenOver: async (key, failed) => {
      const ports = await running.ownerPorts(key, failed);
      return ports.length === 1 && ports[0] !== failed.port && (await running.isServing(failed));
    },
  };
}

async function isPrimary({ port }: RedisServer): Promise<boolean> {
  return (await ask(port, (redis) => redis.role()))[0] === 'master';
}
