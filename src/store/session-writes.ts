import type { Batch, Receipt, SessionStore } from './session-store';

/** What a write is answered with that waits in the local spool: it has no revision yet. */
export interface Spooled {
  readonly durability: 'spooled';
}

/**
 * The way of writing for those whose answer can do without a receipt. Where there is a spool (`src/store/spool`), a batch
 * that the store does not take is kept on this machine's disk and brought to the store later.
 */
export interface SessionWrites {
  /**
   * As {@link SessionStore.apply}. What is spooled may still be refused when the store is back: whether the session
   * exists, for one, the store alone knows.
   */
  write(sessionId: string, batch: Batch): Promise<Receipt | Spooled>;
  /** Whether writes of the session wait in this process's spool: what the store says of it lacks them. */
  isDegraded(sessionId: string): boolean;
}

/** Injection token of {@link SessionWrites}. */
export const SESSION_WRITES = Symbol('SESSION_WRITES');

export function isSpooled(answer: Receipt | Spooled): answer is Spooled {
  return 'durability' in answer;
}

/** Without a spool: the store's answer is the only one. */
export class DirectWrites implements SessionWrites {
  constructor(private readonly store: SessionStore) {}

  write(sessionId: string, batch: Batch): Promise<Receipt> {
    return this.store.apply(sessionId, batch);
  }

  isDegraded(): boolean {
    return false;
  }
}
