import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface BenchProcess {
  /** Milliseconds from the start of the process to its first line that says it is ready. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

/** Starts a program of this repository and waits until it says "ready". */
export async function startProcess(args: readonly string[], env: Record<string, string>): Promise<BenchProcess> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await readyLine(child);
  const readyMs = performance.now() - startedMs;
  child.stdout.resume();
  return {
    readyMs,
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

function readyLine(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (data: Buffer) => {
      if (data.toString().includes('ready')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`The process ended with ${String(code)} before it was ready.`)));
  });
}
