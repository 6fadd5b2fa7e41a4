import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../common/clock';
import { ParleyError } from '../common/parley-error';
import type { Archive } from './archive';
import { appendLines } from './ndjson-file';

interface Waiting {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * One file a day (UTC), `sessions-2026-11-24.ndjson`. Lines that arrive while others are written go to the disk
 * together: a thousand calls that end at once wait for a few syncs and not for a thousand.
 */
export class NdjsonArchive implements Archive {
  private waiting: Waiting[] = [];
  private writing = false;

  private constructor(
    private readonly folder: string,
    private readonly clock: Clock,
  ) {}

  /** @throws ParleyError `config_invalid` where the folder can neither be used nor made */
  static async open(folder: string, clock: Clock): Promise<NdjsonArchive> {
    try {
      await mkdir(folder, { recursive: true });
      await access(folder, constants.W_OK | constants.X_OK);
    } catch (cause) {
      const errors = [{ path: 'ARCHIVE_DIR', message: `must be a folder that can be written (${codeOf(cause)})` }];
      throw new ParleyError('config_invalid', `The archive folder ${folder} cannot be written (${codeOf(cause)}).`, {
        cause,
        errors,
      });
    }
    return new NdjsonArchive(folder, clock);
  }

  append(line: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ line, resolve, reject });
      if (!this.writing) void this.writeWaiting();
    });
  }

  /** Never rejects: who waits for a line is told. */
  private async writeWaiting(): Promise<void> {
    this.writing = true;
    while (this.waiting.length > 0) {
      const lines = this.waiting.splice(0);
      const failure = await this.write(lines.map(({ line }) => line));
      for (const { resolve, reject } of lines) {
        if (failure) reject(failure);
        else resolve();
      }
    }
    this.writing = false;
  }

  private async write(lines: readonly string[]): Promise<ParleyError | undefined> {
    try {
      await appendLines(this.fileOfToday(), lines);
      return undefined;
    } catch (cause) {
      return new ParleyError('archive_unavailable', `The archive cannot be written (${codeOf(cause)}).`, { cause });
    }
  }

  private fileOfToday(): string {
    const day = new Date(this.clock.nowMs()).toISOString().slice(0, 10);
    return join(this.folder, `sessions-${day}.ndjson`);
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown reason';
}
