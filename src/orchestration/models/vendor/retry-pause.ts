/** A caller is waiting: the first retry comes soon. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

/**
 * Before another attempt: what the service asks for, never less, else twice as long each time. Some of it is chance, so
 * that calls which failed together don't come back together.
 * @param failures how many attempts have failed, from 1
 */
export function retryPauseMs(failures: number, askedMs: number | undefined): number {
  if (askedMs !== undefined) return askedMs + Math.random() * FIRST_PAUSE_MS;
  return Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);
}
