import { setTimeout as sleep } from 'node:timers/promises';
import type { FeedEvent } from './session-store';

/**
 * How long the end of a session waits for those who still have something of it to write. Far above the milliseconds that
 * it takes; a process that hangs must not keep a call from ending.
 */
export const END_GRACE_MS = 1000;

/** Waits for a promise, but not for ever. */
export async function withinGrace(work: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  const grace = sleep(END_GRACE_MS, undefined, { signal: timer.signal, ref: false }).catch(() => undefined);
  await Promise.race([work, grace]);
  timer.abort();
}

/** The event that tells of an end to come, and when all who were told have done what they had to do. */
export function endingEvent(): { readonly event: FeedEvent; settled(): Promise<unknown> } {
  const works: Promise<unknown>[] = [];
  return {
    event: { kind: 'ending', wait: (work) => void works.push(work) },
    settled: () => Promise.allSettled(works),
  };
}
