import 'reflect-metadata';
import { systemClock } from '../../src/common/clock';
import { connectRedisStore } from '../support/redis-store';
import { machineMs } from '../support/machine-clock';
import { memosOf } from './memos';

/**
 * A process that interrupts SESSION whenever it is sent a signal, and prints when it did, on the machine's clock. Started by
 * turns.bench.ts.
 */
async function main(): Promise<void> {
  const url = process.env['REDIS_URL'] as string;
  const { store } = await connectRedisStore({ url, keyPrefix: 'session:', clock: systemClock });
  const memo = await memosOf(store).restore(process.env['SESSION'] as string);
  process.on('SIGUSR2', () => {
    const sentMs = machineMs();
    memo.setTtsInterrupted(true, { cause: 'barge_in' });
    memo.persistBackground();
    process.stdout.write(`${sentMs.toFixed(3)}\n`);
  });
  process.once('SIGTERM', () => process.exit(0));
  process.stdout.write('ready\n');
}

void main();
