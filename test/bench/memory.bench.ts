import { report } from './measure';
import { memosOf } from './memos';
import { openRedisBench } from './stores';
import { Call, inGroups, sessionOf } from './turn';

const MEMOS = 10_000;
const TURNS = 16;

/** Memory of 10,000 live memos of 16 turns. Needs --expose-gc. */
export async function memory(): Promise<void> {
  const bench = await openRedisBench();
  const ids = Array.from({ length: MEMOS }, (_, index) => sessionOf(index));
  await inGroups(ids, async (id) => (await new Call(bench.store, id).open()).play(TURNS));
  const service = memosOf(bench.store);
  const before = used();
  await inGroups(ids, (id) => service.restore(id));
  const after = used();
  report('memory', 'heap of a live memo of 16 turns', (after.heap - before.heap) / MEMOS, 'bytes', { memos: MEMOS });
  report('memory', 'resident memory of a live memo of 16 turns', (after.rss - before.rss) / MEMOS, 'bytes');
  await service.beforeApplicationShutdown();
  await bench.close();
}

function used(): { heap: number; rss: number } {
  if (!globalThis.gc) throw new Error('Run it with --expose-gc.');
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed, rss };
}
