import { getHeapStatistics } from 'node:v8';
import { systemClock } from '../../src/common/clock';
import { memosOf } from '../bench/memos';
import { inGroups } from '../bench/turn';
import { connectRedisStore } from '../support/redis-store';
import { KEY_PREFIX, sessionId } from './sessions';

/** What the parent asks of it, in its environment. */
export interface MemoOrder {
  readonly url: string;
  /** Sessions that there are. */
  readonly sessions: number;
}

export interface HeldMemos {
  readonly memos: number;
  /** After a collection, in bytes. */
  readonly heapUsed: number;
  readonly heapLimit: number;
  readonly resident: number;
  /** Of the heap that a memo takes. */
  readonly bytesAMemo: number;
}

/** Between two looks at the heap. */
const STEP = 1000;
/** A heap that is fuller than this collects all the time, and a process that has nothing left ends. */
const FULL = 0.9;
/** A collection of a heap of this size stops the process for seconds where others use the machine. */
const PATIENCE = { commandTimeoutMs: 60_000, connectTimeoutMs: 60_000 };

/** Takes one memo after the other until the heap is nearly full. Needs --expose-gc. */
async function main({ url, sessions }: MemoOrder): Promise<void> {
  const { store } = await connectRedisStore({ url, keyPrefix: KEY_PREFIX, clock: systemClock, ...PATIENCE });
  const service = memosOf(store);
  const restore = (from: number, to: number) =>
    inGroups(
      Array.from({ length: to - from }, (_, index) => sessionId(from + index)),
      (id) => service.restore(id),
    );
  await restore(0, 100);
  const before = collectedHeap();
  let memos = 100;
  while (memos < sessions && !isFull()) {
    const to = Math.min(memos + STEP, sessions);
    await restore(memos, to);
    memos = to;
  }
  const after = collectedHeap();
  process.send?.({ memos, ...after, bytesAMemo: (after.heapUsed - before.heapUsed) / (memos - 100) });
}

/** Collects only what seems full: in a heap of this size it takes a second. */
function isFull(): boolean {
  const { used_heap_size: heapUsed, heap_size_limit: heapLimit } = getHeapStatistics();
  return heapUsed > heapLimit * FULL && collectedHeap().heapUsed > heapLimit * FULL;
}

function collectedHeap(): Omit<HeldMemos, 'memos' | 'bytesAMemo'> {
  globalThis.gc?.();
  const { used_heap_size: heapUsed, heap_size_limit: heapLimit } = getHeapStatistics();
  return { heapUsed, heapLimit, resident: process.memoryUsage.rss() };
}

process.once('message', (order: MemoOrder) => void main(order));
