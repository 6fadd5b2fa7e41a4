import { Logger } from '@nestjs/common';
import { describeError } from '../common/logging/describe-error';
import type { FeedEvent, FeedListener } from './session-store';

/** Who listens to which session in this process. */
export class FeedListeners {
  private readonly logger = new Logger('ChangeFeed');
  private readonly bySession = new Map<string, Set<FeedListener>>();

  has(sessionId: string): boolean {
    return this.bySession.has(sessionId);
  }

  sessionIds(): string[] {
    return [...this.bySession.keys()];
  }

  add(sessionId: string, listener: FeedListener): void {
    const listeners = this.bySession.get(sessionId);
    if (listeners) listeners.add(listener);
    else this.bySession.set(sessionId, new Set([listener]));
  }

  remove(sessionId: string, listener: FeedListener): void {
    const listeners = this.bySession.get(sessionId);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.bySession.delete(sessionId);
  }

  emit(sessionId: string, event: FeedEvent): void {
    for (const listener of this.bySession.get(sessionId) ?? []) this.tell(listener, event);
  }

  /** A listener's fault is its own: the others are told, and the write that is told of has succeeded. */
  private tell(listener: FeedListener, event: FeedEvent): void {
    try {
      listener(event);
    } catch (error) {
      this.logger.error({ msg: 'a listener of the change feed failed', err: describeError(error) });
    }
  }

  emitToAll(event: FeedEvent): void {
    for (const sessionId of this.sessionIds()) this.emit(sessionId, event);
  }
}
