import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SharedStore } from '../store/shared-store';

/** Minutes read at once: calls go on meanwhile, and each minute can hold thousands of counters. */
const MINUTES_AT_ONCE = 16;

/**
 * The counters of so many minutes from the first on, in their order.
 * @param keyOf the key of a minute's counters
 * @throws ParleyError `store_unavailable`
 */
export async function* readMinutes(
  store: SharedStore,
  keyOf: (minute: number) => string,
  first: number,
  count: number,
): AsyncGenerator<readonly [minute: number, counts: ReadonlyMap<string, number>]> {
  for (let index = 0; index < count; index += MINUTES_AT_ONCE) {
    const length = Math.min(MINUTES_AT_ONCE, count - index);
    const group = Array.from({ length }, (_, of) => first + index + of);
    yield* await Promise.all(group.map(async (minute) => [minute, await store.readCounts(keyOf(minute))] as const));
    // The embedded store answers without ever letting others in.
    await nextTurn();
  }
}
