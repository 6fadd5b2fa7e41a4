import { Registry } from 'prom-client';
import { OwnStages } from '../../src/store/own-stages';
import { systemClock } from '../../src/common/clock';
import { exponentialBackoff, MemoService, PersistMonitor } from '../../src/memo';
import { report } from './measure';
import { openRedisBench } from './stores';
import { Call } from './turn';

const MEMOS = 10_000;
const TURNS = 16;

/** Memory of 10,000 live memos of 16 turns. Needs --expose-gc. */
export async function memory(): Promise<void> {
  const bench = await openRedisBench();
  const options = {
    pendingMaxBytes: 1e9,
    sessionPendingMaxBytes: 1e9,
    shutdownTimeoutMs: 30_000,
    backoff: exponentialBackoff,
  };
  const ids = Array.from({ length: MEMOS }, (_, index) => `0199aa00-0000-7000-8000-${String(index).padStart(12, '0')}`);
  await inGroups(ids, async (id) => (await new Call(bench.store, id).open()).play(TURNS));
  const service = new MemoService(
    bench.store,
    systemClock,
    options,
    new PersistMonitor(new Registry()),
    new OwnStages(),
  );
  const before = used();
  await inGroups(ids, (id) => service.restore(id));
  const after = used();
  report('memory', 'heap of a live memo of 16 turns', (after.heap - before.heap) / MEMOS, 'bytes', { memos: MEMOS });
  report('memory', 'resident memory of a live memo of 16 turns', (after.rss - before.rss) / MEMOS, 'bytes');
  await service.beforeApplicationShutdown();
  await bench.close();
}

async function inGroups(ids: readonly string[], work: (id: string) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < ids.length; from += 100) await Promise.all(ids.slice(from, from + 100).map(work));
}

function used(): { heap: number; rss: number } {
  if (!globalThis.gc) throw new Error('Run it with --expose-gc.');
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed, rss };
}
