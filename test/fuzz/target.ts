import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ERROR_CATALOGUE } from '../../src/common/error-catalogue';
import { freePort, RedisServer } from '../support/redis-server';
import { tracked } from '../support/tracked-child';
import { until } from '../support/until';
import type { StoreKind } from '../support/store-data';
import { API_KEYS } from './http-sender';

const ROOT = join(__dirname, '../..');
const PRELOADED = [
  './test/support/register.cjs',
  './test/bench/collect-on-signal.ts',
  './test/fuzz/watch-prototypes.ts',
];
const START_TIMEOUT_MS = 60_000;
/** A collection takes a moment, and the figures of a scrape are then of what is really held. */
const AFTER_COLLECTION_MS = 400;

/** The built service, with everything switched on that has routes of its own. */
const SETTINGS = {
  API_KEYS,
  LOG_LEVEL: 'error',
  SESSION_AGENT_OVERRIDES_ENABLED: 'true',
  AGENT_CHANGES_PER_MINUTE: '10000',
  LATENCY_RUNS_ENABLED: 'true',
  SESSION_TTL_SECONDS: '600',
  LIVE_MAX_BAD_FRAMES: '10000',
  // A machine that is busy with other work is no fault of the service's.
  REDIS_COMMAND_TIMEOUT_MS: '20000',
  MAX_EVENT_LOOP_DELAY_MS: '0',
};

/** What is fuzzed: one process of the service on a store of its own. */
export class Target {
  /** All it has printed: errors, and what ended it. */
  output = '';

  private constructor(
    readonly port: number,
    private readonly child: ChildProcess,
    private readonly remove: () => Promise<void>,
  ) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data: Buffer) => {
        this.output += data.toString();
      });
    }
  }

  static async start(store: StoreKind): Promise<Target> {
    const { settings, remove } = await storeOf(store);
    const port = await freePort();
    const { PATH = '', HOME = '' } = process.env;
    const env = { PATH, HOME, PORT: String(port), ...SETTINGS, ...settings };
    const flags = ['--expose-gc', ...PRELOADED.flatMap((file) => ['-r', file])];
    const child = tracked(spawn(process.execPath, [...flags, 'dist/main.js'], { cwd: ROOT, env, stdio: 'pipe' }));
    const target = new Target(port, child, remove);
    await until(() => target.isReady(), START_TIMEOUT_MS);
    return target;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Lines that it printed which only a fault of its own makes it print: beside them there are turns of ended sessions. */
  get complaints(): readonly string[] {
    return this.output.split('\n').filter((line) => {
      const [, code] = /^\{"level":50,.*?"code":"(\w+)"/.exec(line) ?? [];
      return (
        line.trim() !== '' && !/^(?: {2}\w|Parley is ready)/.test(line) && !(code !== undefined && isRefusal(code))
      );
    });
  }

  /** Its own figures, after its garbage has been collected. */
  async measure(): Promise<string> {
    this.child.kill('SIGUSR2');
    await sleep(AFTER_COLLECTION_MS);
    return (await fetch(`${this.url}/metrics`)).text();
  }

  private async isReady(): Promise<boolean> {
    if (!this.isRunning) throw new Error(`The service did not start:\n${this.output}`);
    const answer = await fetch(`${this.url}/health/ready`).catch(() => undefined);
    return answer?.ok ?? false;
  }

  /** Sends SIGTERM. @returns whether it ended as it should */
  async stop(): Promise<boolean> {
    this.child.kill('SIGTERM');
    if (this.isRunning) await once(this.child, 'exit');
    await this.remove();
    return this.child.exitCode === 0;
  }
}

function isRefusal(code: string): boolean {
  const { status = 500 } = (ERROR_CATALOGUE as Readonly<Record<string, { status?: number }>>)[code] ?? {};
  return status < 500;
}

async function storeOf(store: StoreKind): Promise<{ settings: Record<string, string>; remove: () => Promise<void> }> {
  if (store === 'redis') {
    const server = await RedisServer.start();
    return { settings: { STORE: 'redis', REDIS_URL: server.url }, remove: () => server.stop() };
  }
  const folder = mkdtempSync(join(tmpdir(), 'parley-fuzz-'));
  const remove = async () => rmSync(folder, { recursive: true, force: true });
  return { settings: { STORE: 'embedded', DATA_DIR: folder }, remove };
}
