import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { RedisServers } from '../../src/config/redis-servers';
import type { Certificate } from './certificate';
import { freePort, RedisServer } from './redis-server';
import { tracked } from './tracked-child';
import { until } from './until';

const SENTINELS = 3;
const NAME = 'parley';
/** How long a primary is silent until a Sentinel takes it for dead. */
const DOWN_AFTER_MS = 500;
const START_TIMEOUT_MS = 20_000;
/** A crowded machine lets a healthy server wait. */
const ANSWER_TIMEOUT_MS = 3000;

/** A primary with a replica, watched by three Sentinels: real processes on free loopback ports. */
export class SentinelSetup {
  private constructor(
    /** What was primary at first, and its replica. */
    readonly nodes: readonly [RedisServer, RedisServer],
    readonly sentinels: readonly Sentinel[],
  ) {}

  /** @param args of both servers, beside their own */
  static async start(certificate?: Certificate, args: readonly string[] = []): Promise<SentinelSetup> {
    const common = ['--repl-diskless-sync-delay', '0', ...args];
    const primary = await RedisServer.start(common, { certificate });
    const primaryPort = primary.tlsPort || primary.port;
    const replica = await RedisServer.start([...common, '--replicaof', '127.0.0.1', String(primaryPort)], {
      certificate,
    });
    const sentinels = await Promise.all(
      Array.from({ length: SENTINELS }, () => Sentinel.start(primaryPort, certificate)),
    );
    const setup = new SentinelSetup([primary, replica], sentinels);
    await until(() => setup.isComplete(), START_TIMEOUT_MS);
    return setup;
  }

  get servers(): RedisServers {
    return {
      kind: 'sentinel',
      sentinels: this.sentinels.map(({ port, tlsPort }) => ({ host: '127.0.0.1', port: tlsPort || port })),
      name: NAME,
      username: undefined,
      password: undefined,
      sentinelPassword: undefined,
      tls: this.nodes.some(({ tlsPort }) => tlsPort > 0),
    };
  }

  /** Where the first Sentinel says the primary is. */
  async primaryPort(): Promise<number> {
    const address = await ask(this.sentinels[0]?.port ?? 0, (redis) =>
      redis.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME),
    );
    return Number((address as string[])[1]);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.sentinels, ...this.nodes].map((server) => server.stop()));
  }

  /** Every Sentinel knows the others, the same primary and its replica, and the replica is in step. */
  async isComplete(): Promise<boolean> {
    const primaryPort = await this.primaryPort();
    const seen = await Promise.all(
      this.sentinels.map(({ port }) => ask(port, (redis) => redis.call('SENTINEL', 'MASTER', NAME))),
    );
    const knowsAll = seen.every((reply) => {
      const text = (reply as string[]).join(' ');
      return [`port ${primaryPort} `, 'flags master ', 'num-slaves 1 ', `num-other-sentinels ${SENTINELS - 1} `].every(
        (part) => text.includes(part),
      );
    });
    const replica = this.nodes.find(({ port, tlsPort }) => (tlsPort || port) !== primaryPort);
    return knowsAll && replica !== undefined && (await isInStep(replica, primaryPort));
  }
}

async function isInStep({ port }: RedisServer, primaryPort: number): Promise<boolean> {
  const info = await ask(port, (redis) => redis.info('replication'));
  return info.includes('master_link_status:up') && info.includes(`master_port:${primaryPort}\r`);
}

class Sentinel {
  private constructor(
    readonly port: number,
    readonly tlsPort: number,
    private readonly folder: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(primaryPort: number, certificate: Certificate | undefined): Promise<Sentinel> {
    const port = await freePort();
    const tlsPort = certificate ? await freePort() : 0;
    const folder = mkdtempSync(join(tmpdir(), 'parley-sentinel-'));
    // A Sentinel writes what it learns into its file.
    const file = join(folder, 'sentinel.conf');
    const secured = certificate?.settings(tlsPort).map(([name, value]) => `${name} ${value}`) ?? [];
    writeFileSync(file, [...secured, configuration(port, primaryPort, folder)].join('\n'));
    const child = tracked(spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' }));
    const sentinel = new Sentinel(port, tlsPort, folder, child);
    await until(() => ask(port, (redis) => redis.ping()).then(Boolean, () => false), START_TIMEOUT_MS);
    return sentinel;
  }

  async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function configuration(port: number, primaryPort: number, folder: string): string {
  return [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor ${NAME} 127.0.0.1 ${primaryPort} ${Math.ceil((SENTINELS + 1) / 2)}`,
    `sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER_MS}`,
    `sentinel failover-timeout ${NAME} 5000`,
  ].join('\n');
}

/** One question over a connection of its own. */
export async function ask<T>(port: number, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(port, '127.0.0.1', {
    retryStrategy: null,
    commandTimeout: ANSWER_TIMEOUT_MS,
    enableReadyCheck: false,
  });
  redis.on('error', () => undefined);
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}
