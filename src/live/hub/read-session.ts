import { setTimeout as sleep } from 'node:timers/promises';
import { isParleyError } from '../../common/parley-error';
import type { SessionState } from '../../store/session-state';
import type { SessionStore } from '../../store/session-store';
import type { SessionClosedReason } from '../frames/server-frames';

/** A read that failed is tried again after this: the store is away, and its return is noticed soon enough. */
const RETRY_MS = 500;

/**
 * Reads a session until the store answers, or says why there is nothing to read any more. Undefined once the signal has
 * been given. Never rejects.
 */
export async function readSession(
  store: SessionStore,
  sessionId: string,
  signal: AbortSignal,
): Promise<SessionState | SessionClosedReason | undefined> {
  while (!signal.aborted) {
    try {
      const state = await store.load(sessionId);
      return signal.aborted ? undefined : state;
    } catch (error) {
      if (isParleyError(error, 'session_corrupt')) return 'session_corrupt';
      if (isParleyError(error, 'session_ended') || isParleyError(error, 'session_not_found')) return 'session_ended';
      await sleep(RETRY_MS, undefined, { ref: false, signal }).catch(() => undefined);
    }
  }
  return undefined;
}
