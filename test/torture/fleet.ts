import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/redis-server';
import { tracked } from '../support/tracked-child';

const CLOCK = join(__dirname, 'jumping-clock.cjs');
const START_TIMEOUT_MS = 180_000;

/** The built service as a process on a port of its own, which is killed and started again. */
export class Service {
  private child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly env: Readonly<Record<string, string>>,
    private readonly log: WriteStream,
  ) {}

  /** @param logFile where all goes that it prints */
  static async start(env: Readonly<Record<string, string>>, logFile: string): Promise<Service> {
    const service = new Service(await freePort(), env, createWriteStream(logFile, { flags: 'a' }));
    service.launch();
    await service.whenReady();
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  launch(): void {
    const { PATH = '', HOME = '' } = process.env;
    const env = { PATH, HOME, PORT: String(this.port), LOG_LEVEL: 'warn', ...this.env };
    const child = tracked(spawn(process.execPath, ['-r', CLOCK, 'dist/main.js'], { env, stdio: 'pipe' }));
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => this.log.write(data));
    // A service that cannot reach its store at the start ends; whoever runs it starts it again.
    child.once('exit', (code) => {
      if (this.child === child && code !== 0) setTimeout(() => this.child === child && this.launch(), 200);
    });
    this.child = child;
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const { child } = this;
    if (!child) return;
    this.child = undefined;
    child.kill(signal);
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /** @throws Error where it does not become ready */
  async whenReady(): Promise<void> {
    const deadline = performance.now() + START_TIMEOUT_MS;
    for (;;) {
      const answer = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(2000) }).catch(
        () => undefined,
      );
      if (answer?.ok) return;
      if (performance.now() > deadline) throw new Error(`The service on port ${this.port} did not become ready.`);
      await sleep(50);
    }
  }

  async stop(): Promise<void> {
    this.signal('SIGCONT');
    await this.kill();
    this.log.end();
  }
}
