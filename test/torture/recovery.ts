import { setTimeout as sleep } from 'node:timers/promises';
import { type Attempts, median, windowsOf } from './attempts';

/** Of load alone, before the first fault is measured. */
const CALM_MS = 3000;
const WINDOW_MS = 500;
/** How long the load is watched after the return, and how long its last requests are waited for. */
const WATCHED_MS = 4000;
const SLOWEST_MS = 1000;
/** Normal: the slowest hundredth takes less than so many times what it took, by the median of windows, before. */
const NORMAL_FACTOR = 2;

/** What a store can do to be measured: fail and come back. */
export interface Outage {
  readonly name: string;
  readonly fail: () => Promise<Failed>;
}

export interface Failed {
  /** Where another server has taken over: since when, and of which sessions. */
  readonly takenOver?: {
    readonly atMs: number;
    readonly afterMs: number;
    readonly has: (sessionId: string) => boolean;
  };
  /** All servers are back and in step. */
  readonly backMs: number;
}

/** Times in milliseconds; null where it did not come to it while it was watched. */
export interface Recovery {
  readonly fault: string;
  readonly p99Before: number;
  /** From the failure to another primary. */
  readonly failover?: number;
  /** From another primary to the first write that it has stored. */
  readonly firstWrite?: number | null;
  /** From the return of all servers until p99 is normal, window by window, and stays so. */
  readonly backToNormal: number | null;
  /** Of the windows after the return. */
  readonly p99After: readonly (number | null)[];
}

/** One failure after the other, with nothing else broken, under load. */
export async function measureRecoveries(
  outage: Outage | undefined,
  times: number,
  attempts: Attempts,
): Promise<Recovery[]> {
  const recoveries: Recovery[] = [];
  for (let time = 0; outage && time < times; time += 1) recoveries.push(await measured(outage, attempts));
  attempts.stop();
  return recoveries;
}

async function measured({ name, fail }: Outage, attempts: Attempts): Promise<Recovery> {
  const startMs = performance.now();
  await sleep(CALM_MS);
  const before = median(windowsOf(attempts.all, startMs, performance.now(), WINDOW_MS));
  const { takenOver, backMs } = await fail();
  await sleep(WATCHED_MS + SLOWEST_MS);
  const after = windowsOf(attempts.all, backMs, backMs + WATCHED_MS, WINDOW_MS);
  const lastSlow = after.findLastIndex((p99) => p99 > NORMAL_FACTOR * before);
  return {
    fault: name,
    p99Before: Math.round(before),
    ...(takenOver && { failover: Math.round(takenOver.afterMs), firstWrite: firstWriteMs(attempts, takenOver) }),
    // Without a normal before there is none to come back to.
    backToNormal: lastSlow === after.length - 1 || !Number.isFinite(before) ? null : (lastSlow + 1) * WINDOW_MS,
    p99After: after.map((p99) => (Number.isFinite(p99) ? Math.round(p99) : null)),
  };
}

function firstWriteMs({ all }: Attempts, { atMs, has }: NonNullable<Failed['takenOver']>): number | null {
  const ends = all
    .filter(({ isStored, endMs, sessionId }) => isStored && endMs >= atMs && has(sessionId))
    .map(({ endMs }) => endMs);
  return ends.length === 0 ? null : Math.round(Math.min(...ends) - atMs);
}
