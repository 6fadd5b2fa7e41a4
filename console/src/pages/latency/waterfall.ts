import type { Run } from './latency-api';

export interface Bar {
  readonly stage: string;
  /** From the beginning of the turn. */
  readonly startMs: number;
  readonly lengthMs: number;
}

export interface Waterfall {
  readonly id: string;
  /** Seconds since the epoch; null where nobody has said. */
  readonly at: number | null;
  readonly bars: readonly Bar[];
  readonly totalMs: number;
}

/** The stages of a turn as they overlap: each ended when it was told, and began so long before. */
export function waterfallOf({ id, createdAt, samples }: Run): Waterfall {
  const spans = samples.map(({ stage, seconds, at }) => {
    const end = at ?? createdAt ?? 0;
    return { stage, start: end - seconds, seconds };
  });
  const begin = Math.min(...spans.map(({ start }) => start));
  const bars = spans
    .map(({ stage, start, seconds }) => ({ stage, startMs: (start - begin) * 1000, lengthMs: seconds * 1000 }))
    .sort((left, right) => left.startMs - right.startMs || right.lengthMs - left.lengthMs);
  const totalMs = Math.max(0, ...bars.map(({ startMs, lengthMs }) => startMs + lengthMs));
  return { id, at: createdAt, bars, totalMs };
}
