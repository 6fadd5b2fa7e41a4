import type { SessionState } from '../store/session-state';

/** Far more sessions than can be between their archiving and their end, and a few hundred kilobytes. */
const MAX_REMEMBERED = 4096;

/** Remembers which sessions this process has archived or is archiving, so that each is written once. */
export class RecentRecords {
  private readonly writes = new Map<string, Promise<void>>();

  /** Writes unless the session has been written as it is; what failed is forgotten, to be tried again. */
  once(state: SessionState, write: () => Promise<void>): Promise<void> {
    const key = keyOf(state);
    const earlier = this.writes.get(key);
    if (earlier) return earlier;
    const writing = write();
    this.writes.set(key, writing);
    writing.catch(() => this.writes.delete(key));
    this.forgetOldest();
    return writing;
  }

  private forgetOldest(): void {
    const [oldest] = this.writes.keys();
    if (this.writes.size > MAX_REMEMBERED && oldest !== undefined) this.writes.delete(oldest);
  }
}

/** An id can be used again once its session has ended; a session that was changed since is not the one archived. */
function keyOf({ sessionId, createdAt, updatedAt, revision }: SessionState): string {
  return JSON.stringify([sessionId, createdAt, updatedAt, revision]);
}
