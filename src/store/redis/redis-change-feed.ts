import type { Redis } from 'ioredis';
import { FeedListeners } from '../feed-listeners';
import { decodeChange } from '../layout/kept-changes';
import type { FeedEvent, FeedListener } from '../session-store';
import type { EndAnnouncements } from './end-announcements';

/**
 * The change feed over Redis pub/sub, on a connection for listeners: one channel a session or collection, named like its
 * key, and one subscription each however many listen in this process. Feeds of different keys can share the connection.
 */
export class RedisChangeFeed {
  private readonly listeners = new FeedListeners();
  private readonly subscribing = new Map<string, Promise<unknown>>();

  /** `connection` must have `autoResubscribe` off: the feed resubscribes itself, to know when it is done. */
  constructor(
    private readonly connection: Redis,
    private readonly keyPrefix: string,
    private readonly onError: (error: unknown) => void,
    /** Of what sessions need; what belongs to no session does not end. */
    private readonly ends?: EndAnnouncements,
  ) {
    connection.on('message', (channel: string, message: string) => this.receive(channel, message));
    connection.on('ready', () => void this.resubscribe());
  }

  async watch(sessionId: string, listener: FeedListener): Promise<() => Promise<void>> {
    this.listeners.add(sessionId, listener);
    try {
      await this.subscribe(sessionId);
    } catch (error) {
      this.listeners.remove(sessionId, listener);
      throw error;
    }
    return () => this.unwatch(sessionId, listener);
  }

  /** SUBSCRIBE is idempotent, and the server answers commands of one connection in order. */
  private subscribe(sessionId: string): Promise<unknown> {
    let pending = this.subscribing.get(sessionId);
    if (!pending) {
      const channel = this.keyPrefix + sessionId;
      pending = this.connection.subscribe(channel).finally(() => this.subscribing.delete(sessionId));
      this.subscribing.set(sessionId, pending);
    }
    return pending;
  }

  private async unwatch(sessionId: string, listener: FeedListener): Promise<void> {
    this.listeners.remove(sessionId, listener);
    if (this.listeners.has(sessionId)) return;
    // Failing to unsubscribe costs idle notifications at most, and none after the next reconnect.
    await this.connection.unsubscribe(this.keyPrefix + sessionId).catch(this.onError);
  }

  /** After a reconnect: what was published in between is lost, so everybody compares revisions. */
  private async resubscribe(): Promise<void> {
    const sessionIds = this.listeners.sessionIds();
    if (sessionIds.length === 0) return;
    try {
      await this.connection.subscribe(...sessionIds.map((sessionId) => this.keyPrefix + sessionId));
      this.listeners.emitToAll({ kind: 'gap' });
    } catch (error) {
      this.onError(error);
      // A subscriber without its subscriptions would be deaf: a new connection starts over.
      this.connection.disconnect(true);
    }
  }

  private receive(channel: string, message: string): void {
    const sessionId = channel.slice(this.keyPrefix.length);
    if (!this.listeners.has(sessionId)) return;
    if (this.ends?.take(sessionId, message, (event) => this.listeners.emit(sessionId, event))) return;
    let event: FeedEvent;
    try {
      event = decodeEvent(message);
    } catch (error) {
      this.onError(error);
      event = { kind: 'gap' };
    }
    this.listeners.emit(sessionId, event);
  }
}

/** `gap` is what the writers of documents publish: there the reader has to look in any case. */
function decodeEvent(message: string): FeedEvent {
  if (message === 'ended' || message === 'gap') return { kind: message };
  return decodeChange(message);
}
