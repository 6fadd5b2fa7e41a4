import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpAnswer } from '../programs/http-client';

export interface RetryPolicy {
  /** The first one included. */
  readonly attempts: number;
  /** Pause after the first attempt; each later one is twice as long, up to the longest. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

export const DEFAULT_RETRIES: RetryPolicy = { attempts: 8, firstPauseMs: 100, longestPauseMs: 10_000 };

/** Whether the same request can succeed later: it took too long, too many came, or the service can't for the moment. */
export function isRetryable(status: number): boolean {
  return status === 408 || status === 429 || status === 503 || status === 504;
}

/** An answer, and how many requests it took. */
export interface RetriedAnswer extends HttpAnswer {
  readonly attempts: number;
}

/**
 * Sends until there is an answer that would not change by sending again, or no attempt is left: then the last answer
 * is given, or the last error thrown. The service says with `Retry-After` how long to wait; otherwise the pauses grow.
 */
export async function withRetries(
  { attempts, firstPauseMs, longestPauseMs }: RetryPolicy,
  send: () => Promise<HttpAnswer>,
): Promise<RetriedAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    let asked: number | undefined;
    try {
      const answer = await send();
      if (attempt >= attempts || !isRetryable(answer.status)) return { ...answer, attempts: attempt };
      asked = retryAfterMs(answer.retryAfter);
    } catch (error) {
      if (attempt >= attempts) throw error;
    }
    // Half of a pause is chance: calls that failed together don't come back together.
    const own = firstPauseMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
    await sleep(Math.min(asked ?? own, longestPauseMs));
  }
}

/** The header's seconds, or the time from now to its date. */
export function retryAfterMs(header: string | undefined, nowMs = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
