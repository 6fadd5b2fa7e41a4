import type { Backoff } from './write-behind';

export interface MemoOptions {
  /** Most bytes of unwritten changes in all memos of this process, about. */
  readonly pendingMaxBytes: number;
  /** Most bytes of unwritten changes in one memo, about. */
  readonly sessionPendingMaxBytes: number;
  /** How long a shutdown waits for the store. */
  readonly shutdownTimeoutMs: number;
  readonly backoff: Backoff;
}

export const MEMO_OPTIONS = Symbol('MEMO_OPTIONS');

/** The first retry comes soon: most failures are a moment's. */
const FIRST_DELAY_MS = 50;
/** A store that is away for long is asked this often by each memo. */
const LONGEST_DELAY_MS = 5000;

/** Exponential, with half of each delay random: memos that failed together must not come back together. */
export function exponentialBackoff(attempt: number): number {
  const delayMs = Math.min(FIRST_DELAY_MS * 2 ** Math.min(attempt - 1, 16), LONGEST_DELAY_MS);
  return delayMs * (0.5 + Math.random() / 2);
}
