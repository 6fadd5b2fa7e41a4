import type { SessionState } from '../store/session-state';

/** Receives each session before it is gone. */
export interface SessionArchive {
  /** Whether there is an archive: where there is none, nobody needs to load a session in order to end it. */
  readonly isKept: boolean;
  /**
   * Resolves when the session is archived durably. A session that nobody has changed since is archived once, however
   * often it is asked for.
   * @param endedAt when it ends, seconds since the epoch; now, unless it is said
   * @throws ParleyError `archive_unavailable` where it cannot be written: end the session only after it can
   */
  store(state: SessionState, endedAt?: number): Promise<void>;
}

/** Injection token of {@link SessionArchive}. */
export const SESSION_ARCHIVE = Symbol('SESSION_ARCHIVE');

/** Where no archive is asked for. */
export const noArchive: SessionArchive = { isKept: false, store: async () => undefined };
