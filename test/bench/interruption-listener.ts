import 'reflect-metadata';
import { Redis } from 'ioredis';
import { createApp } from '../../src/create-app';
import { MemoService } from '../../src/memo';
import { machineMs } from '../support/machine-clock';
import { inGroups, sessionOf } from './turn';

/**
 * A process that runs SESSIONS calls, and beside them a bare subscriber of the channel `bare`. Prints a line of JSON for
 * each interruption and each bare message: what it was, and when it came. Started by interruption.bench.ts.
 */
async function main(): Promise<void> {
  const seen = (interruption: string) => {
    const atMs = machineMs();
    process.stdout.write(`${JSON.stringify({ interruption, atMs })}\n`);
  };
  const app = await createApp();
  await app.init();
  const memos = app.get(MemoService);
  const ids = Array.from({ length: Number(process.env['SESSIONS']) }, (_, index) => sessionOf(index));
  await inGroups(ids, async (id) => {
    const memo = await memos.restore(id);
    memo.onInterruption((value, epoch) => value && seen(`${id} ${epoch}`));
  });
  const bare = new Redis(process.env['REDIS_URL'] as string);
  bare.on('message', (_channel, message) => seen(message));
  await bare.subscribe('bare');
  process.stdout.write('ready\n');
  process.once('SIGTERM', () => process.exit(0));
}

void main();
