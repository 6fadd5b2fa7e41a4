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

/** Before the first look: what the first memos bring with them is nobody's share. */
const WARM_UP = 100;
const FIRST = 5000;
/** Of what still fits, so much is tried before it is looked again: a look is a collection, which takes seconds. */
const SHARE_OF_ROOM = 0.8;
/** Less room than for so many is none. */
const LEAST = 500;
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
  await restore(0, WARM_UP);
  const before = collectedHeap();
  let [memos, next, after, bytesAMemo] = [WARM_UP, Math.min(FIRST, sessions), before, 0];
  while (next > memos) {
    await restore(memos, next);
    memos = next;
    after = collectedHeap();
    bytesAMemo = (after.heapUsed - before.heapUsed) / (memos - WARM_UP);
    const room = (after.heapLimit * FULL - after.heapUsed) / bytesAMemo;
    if (room > LEAST) next = Math.min(sessions, memos + Math.floor(room * SHARE_OF_ROOM));
  }
  process.send?.({ memos, ...after, bytesAMemo });
}

function collectedHeap(): Omit<HeldMemos, 'memos' | 'bytesAMemo'> {
  // The second takes what the first has set free of finalizers.
  globalThis.gc?.();
  globalThis.gc?.();
  const { used_heap_size: heapUsed, heap_size_limit: heapLimit } = getHeapStatistics();
  return { heapUsed, heapLimit, resident: process.memoryUsage.rss() };
}

process.once('message', (order: MemoOrder) => void main(order));
