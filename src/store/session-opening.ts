import type { Op } from './ops';

/** Whoever has something to add to every new session, in the batch that opens it. */
export interface SessionOpening {
  /** Operations for a session that is about to be opened; called for every opening, and so must be quick. */
  opsFor(sessionId: string): readonly Op[];
}

/** Injection token of {@link SessionOpening}; optional. */
export const SESSION_OPENING = Symbol('SESSION_OPENING');
