import { FeedListeners } from '../feed-listeners';
import { decodeChange } from '../layout/kept-changes';
import type { FeedEvent, FeedListener } from '../session-store';
import type { EndAnnouncements } from './end-announcements';
import type { FeedChannels } from './feed-channels';

/**
 * The change feed over Redis pub/sub: one channel a session or collection, named like its key, and one subscription each
 * however many listen in this process.
 */
export class RedisChangeFeed {
  private readonly listeners = new FeedListeners();
  private readonly subscribing = new Map<string, Promise<void>>();

  constructor(
    private readonly channels: FeedChannels,
    private readonly keyPrefix: string,
    private readonly onError: (error: unknown) => void,
    /** Of what sessions need; what belongs to no session does not end. */
    private readonly ends?: EndAnnouncements,
  ) {
    channels.onMessage((channel, message) => this.receive(channel, message));
    channels.onGap((missed) => this.tellGap(missed));
  }

  async watch(sessionId: string, listener: FeedListener): Promise<() => Promise<void>> {
    this.listeners.add(sessionId, listener);
    try {
      await this.subscribe(sessionId);
    } catch (error) {
      await this.forget(sessionId, listener).catch(() => undefined);
      throw error;
    }
    // Failing to unsubscribe costs idle notifications at most, and none after the next reconnect.
    return () => this.forget(sessionId, listener).catch(this.onError);
  }

  private subscribe(sessionId: string): Promise<void> {
    let pending = this.subscribing.get(sessionId);
    if (!pending) {
      pending = this.channels.subscribe(this.keyPrefix + sessionId).finally(() => this.subscribing.delete(sessionId));
      this.subscribing.set(sessionId, pending);
    }
    return pending;
  }

  private async forget(sessionId: string, listener: FeedListener): Promise<void> {
    this.listeners.remove(sessionId, listener);
    if (!this.listeners.has(sessionId)) await this.channels.unsubscribe(this.keyPrefix + sessionId);
  }

  /** What was published in between is lost, so everybody compares revisions. */
  private tellGap(channels: readonly string[]): void {
    for (const channel of channels) this.listeners.emit(channel.slice(this.keyPrefix.length), { kind: 'gap' });
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
