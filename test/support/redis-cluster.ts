import { Redis } from 'ioredis';
import type { RedisServers } from '../../src/config/redis-servers';
import { slotOf } from '../../src/store/redis/redis-connection';
import type { Certificate } from './certificate';
import { ask } from './redis-sentinel';
import { freePort, RedisServer } from './redis-server';
import { until } from './until';

const PRIMARIES = 3;
const SLOTS = 16_384;
/** How long a node is silent until the others take it for dead. */
const NODE_TIMEOUT_MS = 500;
const START_TIMEOUT_MS = 20_000;

/** Three primaries with a replica each: real processes on free loopback ports, as are the ports of their bus. */
export class RedisCluster {
  private constructor(readonly nodes: readonly RedisServer[]) {}

  /** @param args of every node, beside its own */
  static async start(certificate?: Certificate, args: readonly string[] = []): Promise<RedisCluster> {
    const nodes = Array.from({ length: 2 * PRIMARIES }, () => startNode(certificate, args));
    const cluster = new RedisCluster(await Promise.all(nodes));
    await cluster.join();
    await until(() => cluster.isComplete(), START_TIMEOUT_MS);
    return cluster;
  }

  get servers(): RedisServers {
    return {
      kind: 'cluster',
      nodes: this.nodes.slice(0, PRIMARIES).map(({ port, tlsPort }) => ({ host: '127.0.0.1', port: tlsPort || port })),
      username: undefined,
      password: undefined,
      tls: this.nodes.some(({ tlsPort }) => tlsPort > 0),
    };
  }

  /** The node that owns a key's slot, as another node (not to be killed with it) sees it. */
  async ownerOf(key: string): Promise<RedisServer> {
    const [port] = await this.ownerPorts(key);
    const owner = this.nodes.find((node) => node.port === port);
    if (!owner) throw new Error(`No node has the slot of ${key}.`);
    return owner;
  }

  async replicaOf(primary: RedisServer): Promise<RedisServer> {
    for (const node of this.nodes) {
      const [role, , port] = (await ask(node.port, (redis) => redis.role())) as [string, unknown, number];
      if (role === 'slave' && port === primary.port) return node;
    }
    throw new Error('The node has no replica.');
  }

  /** Ports of the owner as all nodes that answer see it, one when they agree; `but`: not to be asked. */
  async ownerPorts(key: string, but?: RedisServer): Promise<number[]> {
    const slot = slotOf(key);
    const views = await Promise.all(
      this.running(but).map(({ port }) => ask(port, (redis) => redis.cluster('SLOTS')).catch(() => [])),
    );
    const ports = (views as [number, number, [string, number]][][]).flatMap((ranges) =>
      ranges.filter(([first, last]) => first <= slot && slot <= last).map(([, , [, port]]) => port),
    );
    return [...new Set(ports)];
  }

  /** Whether every node that runs finds all slots served; `but`: not to be asked. */
  async isServing(but?: RedisServer): Promise<boolean> {
    const infos = await Promise.all(this.running(but).map(({ port }) => ask(port, (redis) => redis.cluster('INFO'))));
    return infos.every((info) => String(info).includes('cluster_state:ok'));
  }

  /** Moves the slot of a key, with all that is in it, to another primary, as an operator's tool does. */
  async moveSlot(key: string, meanwhile: () => Promise<unknown> = () => Promise.resolve()): Promise<void> {
    const slot = slotOf(key);
    const source = await this.ownerOf(key);
    const target = await this.otherPrimary(source);
    const [sourceId, targetId] = await Promise.all([source, target].map(({ port }) => ask(port, nodeId)));
    await ask(target.port, (redis) => redis.cluster('SETSLOT', slot, 'IMPORTING', sourceId as string));
    await ask(source.port, (redis) => redis.cluster('SETSLOT', slot, 'MIGRATING', targetId as string));
    await ask(source.port, async (redis) => {
      const keys = await redis.cluster('GETKEYSINSLOT', slot, 1000);
      if (keys.length > 0) await redis.migrate('127.0.0.1', target.port, '', 0, 5000, 'KEYS', ...keys);
    });
    await meanwhile();
    for (const { port } of [target, source]) {
      await ask(port, (redis) => redis.cluster('SETSLOT', slot, 'NODE', targetId as string));
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  private async otherPrimary(than: RedisServer): Promise<RedisServer> {
    for (const node of this.nodes) {
      if (node === than) continue;
      const [role] = (await ask(node.port, (redis) => redis.role()).catch(() => [])) as string[];
      if (role === 'master') return node;
    }
    throw new Error('There is no other primary.');
  }

  private running(but?: RedisServer): RedisServer[] {
    return this.nodes.filter((node) => node.isRunning && node !== but);
  }

  private async join(): Promise<void> {
    const [first, ...others] = this.nodes as [RedisServer, ...RedisServer[]];
    const primaries = this.nodes.slice(0, PRIMARIES);
    const share = Math.ceil(SLOTS / PRIMARIES);
    await Promise.all(
      primaries.map(({ port }, index) =>
        ask(port, async (redis) => {
          await redis.cluster('SET-CONFIG-EPOCH', index + 1);
          await redis.cluster('ADDSLOTSRANGE', index * share, Math.min((index + 1) * share, SLOTS) - 1);
        }),
      ),
    );
    await ask(first.port, async (redis) => {
      for (const { port, busPort } of others) await redis.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
    });
    await until(async () => (await this.knownNodes()).every((count) => count === this.nodes.length), START_TIMEOUT_MS);
    await Promise.all(
      this.nodes.slice(PRIMARIES).map(async ({ port }, index) => {
        const primaryId = await ask(primaries[index]?.port ?? 0, nodeId);
        await ask(port, (redis) => redis.cluster('REPLICATE', primaryId));
      }),
    );
  }

  private knownNodes(): Promise<number[]> {
    return Promise.all(
      this.nodes.map(async ({ port }) => {
        const info = String(await ask(port, (redis) => redis.cluster('INFO')));
        return Number(/cluster_known_nodes:(\d+)/.exec(info)?.[1]);
      }),
    );
  }

  /** Every node serves and sees three owners with a replica each, and the replicas are in step. */
  async isComplete(): Promise<boolean> {
    const views = await Promise.all(
      this.nodes.map(({ port }) =>
        ask(port, async (redis) => ({
          serves: String(await redis.cluster('INFO')).includes('cluster_state:ok'),
          ranges: await redis.cluster('SLOTS'),
          replication: await redis.info('replication'),
        })),
      ),
    );
    return views.every(
      ({ serves, ranges, replication }) =>
        serves &&
        new Set(ranges.map(([, , owner]) => owner?.[1])).size === PRIMARIES &&
        ranges.every((range) => range.length === 4) &&
        (replication.includes('role:master') || replication.includes('master_link_status:up')),
    );
  }
}

/** The port of the bus is by default ten thousand above, which may be no port at all. */
async function startNode(certificate: Certificate | undefined, args: readonly string[]): Promise<RedisServer> {
  const busPort = await freePort();
  return RedisServer.start(
    [
      ...['--cluster-enabled', 'yes', '--cluster-port', String(busPort)],
      ...['--cluster-node-timeout', String(NODE_TIMEOUT_MS), '--repl-diskless-sync-delay', '0'],
      ...['--cluster-replica-validity-factor', '0', '--tls-cluster', certificate ? 'yes' : 'no'],
      ...args,
    ],
    { busPort, certificate },
  );
}

function nodeId(redis: Redis): Promise<string> {
  return redis.cluster('MYID');
}
