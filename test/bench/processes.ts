import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../support/redis-server';
import { tracked } from '../support/tracked-child';

export interface BenchProcess {
  readonly pid: number;
  /** Milliseconds from the start of the process to its first line that says it is ready. */
  readonly readyMs: number;
  /** All it has printed so far. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts a program of this repository and waits until it says "ready". */
export async function startProcess(args: readonly string[], env: Record<string, string>): Promise<BenchProcess> {
  const startedMs = performance.now();
  const child = spawnProgram(args, env);
  const output = outputOf(child);
  await readiness(child, output);
  return {
    pid: child.pid as number,
    readyMs: performance.now() - startedMs,
    output,
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/** A program of `test/`, which needs no build. */
export function startScript(file: string, env: Record<string, string>): Promise<BenchProcess> {
  return startProcess(['-r', './test/support/register.cjs', file], env);
}

/** The built service on a free port, on the given Redis. */
export async function startService(redisUrl: string, env: Record<string, string> = {}, flags: readonly string[] = []) {
  const port = String(await freePort());
  const settings = { STORE: 'redis', REDIS_URL: redisUrl, PORT: port, LOG_LEVEL: 'warn', ...env };
  const service = await startProcess([...flags, 'dist/main.js'], settings);
  return { ...service, address: `127.0.0.1:${port}` };
}

/** Runs a program of `test/` to its end. @returns all it has printed */
export async function runScript(file: string, env: Record<string, string>): Promise<string> {
  const child = spawnProgram(['-r', './test/support/register.cjs', file], env);
  const output = outputOf(child);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${file} ended with ${String(code)}.`);
  return output();
}

function spawnProgram(args: readonly string[], env: Record<string, string>): ChildProcess {
  const settings = {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'] as ['ignore', 'pipe', 'inherit'],
  };
  return tracked(spawn(process.execPath, args, settings));
}

function outputOf(child: ChildProcess): () => string {
  let output = '';
  child.stdout?.on('data', (data: Buffer) => {
    output += data.toString();
  });
  return () => output;
}

function readiness(child: ChildProcess, output: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (!output().includes('ready')) return;
      child.stdout?.off('data', look);
      resolve();
    };
    child.stdout?.on('data', look);
    child.once('exit', (code) => reject(new Error(`The process ended with ${String(code)} before it was ready.`)));
  });
}
