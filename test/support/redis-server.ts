import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Certificate } from './certificate';
import { tracked } from './tracked-child';

const START_TIMEOUT_MS = 10_000;

/** A real redis-server of this process, on a free loopback port. */
export class RedisServer {
  private child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly args: readonly string[],
    /** Of a node of a cluster; 0 otherwise. */
    readonly busPort: number,
    /** Where it has a certificate as well as the port for tests; 0 otherwise. */
    readonly tlsPort: number,
  ) {}

  static async start(
    args: readonly string[] = [],
    { busPort = 0, certificate }: { readonly busPort?: number; readonly certificate?: Certificate | undefined } = {},
  ): Promise<RedisServer> {
    const tlsPort = certificate ? await freePort() : 0;
    const secured = certificate?.settings(tlsPort).flatMap(([name, value]) => [`--${name}`, value]) ?? [];
    const folder = mkdtempSync(join(tmpdir(), 'parley-redis-'));
    const server = new RedisServer(await freePort(), folder, [...secured, ...args], busPort, tlsPort);
    await server.launch();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get isRunning(): boolean {
    return this.child !== undefined;
  }

  /** Ends it at once; what it held is gone unless its arguments say otherwise. */
  async kill(): Promise<void> {
    const child = this.child;
    if (!child) return;
    this.child = undefined;
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }

  /** Starts it again on the same port. */
  async launch(): Promise<void> {
    const fixed = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder, '--save', ''];
    const args = [...fixed, '--appendonly', 'no', ...this.args];
    const child = tracked(spawn('redis-server', args, { stdio: 'ignore' }));
    this.child = child;
    await Promise.race([answering(this.port), failure(child)]);
  }

  /** Freezes it: connections stay open and nothing answers. */
  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    this.resume();
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function failure(child: ChildProcess): Promise<never> {
  const [reason] = (await Promise.race([once(child, 'error'), once(child, 'exit')])) as unknown[];
  throw new Error(
    `redis-server could not be started: ${reason instanceof Error ? reason.message : `exit ${String(reason)}`}.`,
  );
}

async function answering(port: number): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (await ping(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`redis-server on port ${port} did not answer within ${START_TIMEOUT_MS} ms.`);
}

function ping(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().startsWith('+PONG'));
    });
    socket.once('error', () => resolve(false));
  });
}
