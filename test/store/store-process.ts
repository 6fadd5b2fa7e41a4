import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { tracked } from '../support/tracked-child';

const ROOT = join(__dirname, '..', '..');

/** A process of embedded-process.ts; gives the lines it says. */
export class StoreProcess {
  readonly lines: unknown[] = [];
  private readonly child: ChildProcess;
  private readonly closed: Promise<unknown>;
  private onLine: () => void = () => undefined;

  constructor(folder: string, task: 'write' | 'hold') {
    const script = join(__dirname, 'embedded-process.ts');
    const args = ['-r', './test/support/register.cjs', script, folder, task];
    this.child = tracked(spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] }));
    this.closed = once(this.child, 'close');
    if (!this.child.stdout) throw new Error('the process has no output');
    createInterface(this.child.stdout).on('line', (line) => {
      this.lines.push(JSON.parse(line));
      this.onLine();
    });
  }

  /** Waits until it has said so many lines, or has ended. */
  async said(count: number): Promise<readonly unknown[]> {
    const enough = new Promise<void>((resolve) => {
      this.onLine = () => this.lines.length >= count && resolve();
      this.onLine();
    });
    await Promise.race([enough, this.closed]);
    return this.lines;
  }

  /** Kills it without a word; all it had said by then is in `lines`. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.closed;
  }
}
