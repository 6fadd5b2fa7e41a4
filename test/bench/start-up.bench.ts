import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/redis-server';
import { median, report } from './measure';
import { startProcess } from './processes';

/** From the start of the built service to readiness, on the embedded store. */
export async function startUp(): Promise<void> {
  const seconds: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'));
    const env = { PORT: String(await freePort()), DATA_DIR: folder, LOG_LEVEL: 'warn' };
    const service = await startProcess(['dist/main.js'], env);
    seconds.push(service.readyMs / 1000);
    await service.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  report('start-up', 'ready after start (built)', median(seconds), 's', { atMost: 3 });
}
