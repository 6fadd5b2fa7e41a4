import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { tracked } from './tracked-child';

const ROOT = join(__dirname, '../..');
/** A program is compiled as it starts, on a machine that may have other work. */
const START_TIMEOUT_MS = 60_000;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** A program of this repository as a process of its own, with all that it prints. */
export class ServiceProcess {
  private text = '';
  private readonly ended: Promise<Ended>;

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data: Buffer) => {
        this.text += data.toString();
      });
    }
    this.ended = once(child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      output: this.text,
    }));
  }

  /** Runs a TypeScript file; the environment is what is given and nothing else of Parley's. */
  static run(file: string, env: Readonly<Record<string, string>> = {}): ServiceProcess {
    const args = ['-r', './test/support/register.cjs', file];
    const { PATH = '', HOME = '' } = process.env;
    return new ServiceProcess(tracked(spawn(process.execPath, args, { cwd: ROOT, env: { PATH, HOME, ...env } })));
  }

  /** Starts the service on a free port and waits until it is ready. */
  static async start(env: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> {
    const service = ServiceProcess.run('src/main.ts', { PORT: '0', ...env });
    await service.says(/API keys/);
    return service;
  }

  /** All it has printed so far. */
  get output(): string {
    return this.text;
  }

  get url(): string {
    return /address +(\S+)/.exec(this.text)?.[1] ?? '';
  }

  /** Resolves once it has printed something like this. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      const match = pattern.exec(this.text);
      if (match) return match;
      if (this.child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`The process never printed ${String(pattern)}, but:\n${this.text}`);
      }
      await Promise.race([once(this.child.stdout as NodeJS.ReadableStream, 'data'), this.ended]);
    }
  }

  /** Sends a signal and waits for the end. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.child.kill(signal);
    return this.ended;
  }

  /** Waits for it to end by itself. */
  end(): Promise<Ended> {
    return this.ended;
  }
}
