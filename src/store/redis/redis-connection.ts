import { type Cluster, Command, type Redis } from 'ioredis';

/** The client's way to one server, to the primary behind Sentinels, or to all servers of a cluster. */
export type RedisConnection = Redis | Cluster;

export function isCluster(connection: RedisConnection): connection is Cluster {
  return connection.isCluster;
}

/** `host:port`, as the client names the nodes of a cluster. */
export function addressOf({ options }: Redis): string {
  return `${options.host}:${options.port}`;
}

/** The primaries of a cluster, by address. */
export function primariesOf(cluster: Cluster): Map<string, Redis> {
  return new Map(cluster.nodes('master').map((node) => [addressOf(node), node]));
}

/** The slot of a key, or of a channel. */
export function slotOf(key: string): number {
  return new Command('get', [key]).getSlot();
}

/** The primary that has a slot, as far as the client knows; undefined while there is none. */
export function ownerOf(cluster: Cluster, slot: number, primaries = primariesOf(cluster)): Redis | undefined {
  const address = cluster.slots[slot]?.[0];
  return address === undefined ? undefined : primaries.get(address);
}

/**
 * The servers that hold keys, each with the first of its slots, in the order of these.
 * @throws where one of them is away
 */
export function serversOf(connection: RedisConnection): readonly (readonly [firstSlot: number, server: Redis])[] {
  if (!isCluster(connection)) return [[0, connection]];
  const primaries = primariesOf(connection);
  const found = new Map<Redis, number>();
  for (const [slot, [address = ''] = []] of connection.slots.entries()) {
    const server = primaries.get(address);
    if (!server) throw new Error('A connection is closed.');
    if (!found.has(server)) found.set(server, slot);
  }
  return [...found].map(([server, firstSlot]) => [firstSlot, server]);
}

/** Hears of each server that a connection gets to, now and later: a failover or a restart can bring another one. */
export function onServerReady(connection: RedisConnection, listener: (server: Redis) => void): void {
  if (!isCluster(connection)) {
    connection.on('ready', () => listener(connection));
    return;
  }
  const follow = (node: Redis) => node.on('ready', () => listener(node));
  connection.nodes().forEach(follow);
  connection.on('+node', follow);
}

/**
 * Connects to the nodes of a cluster as they become known, replicas included, for each can be promoted: the client itself
 * would wait for the first command, and refuse those that come while it connects. At the next tick, for that first command
 * may be under way.
 */
export function connectNodes(cluster: Cluster): void {
  const connect = (node: Redis) =>
    process.nextTick(() => {
      if (node.status === 'wait') node.connect().catch(() => undefined);
    });
  cluster.nodes().forEach(connect);
  cluster.on('+node', connect);
}

/** Resolves when commands can be sent, or after the timeout whether they can or not. */
export async function whenConnected(connection: RedisConnection, timeoutMs: number): Promise<void> {
  const timeout = AbortSignal.timeout(timeoutMs);
  await untilReady(connection, timeout);
  if (!isCluster(connection)) return;
  await Promise.all(connection.nodes('master').map((node) => untilReady(node, timeout)));
}

function untilReady(connection: RedisConnection, timeout: AbortSignal): Promise<void> {
  if (connection.status === 'ready' || timeout.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    connection.once('ready', () => resolve());
    timeout.addEventListener('abort', () => resolve(), { once: true });
  });
}

/**
 * Asks whether the store can be used. A cluster says itself whether it works, by its own settings: with one of many
 * primaries gone, the others may go on.
 * @throws whatever the client or the server says
 */
export async function checkAlive(connection: RedisConnection): Promise<void> {
  if (!isCluster(connection)) {
    await connection.ping();
    return;
  }
  const state = /cluster_state:(\w+)/.exec(String(await connection.cluster('INFO')))?.[1];
  if (state !== 'ok') throw new ClusterFails();
}

/** By the code word that its nodes answer with then. */
class ClusterFails extends Error {
  override readonly name = 'CLUSTERDOWN';
}
