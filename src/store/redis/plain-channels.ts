import type { Redis } from 'ioredis';
import type { FeedChannels } from './feed-channels';

/** Channels of one server, or of the primary behind Sentinels: one connection carries all of them. */
export class PlainChannels implements FeedChannels {
  private readonly wanted = new Set<string>();
  private readonly gapListeners: ((channels: readonly string[]) => void)[] = [];

  /** `connection` must have `autoResubscribe` off: the channels are subscribed here, to know when it is done. */
  constructor(
    private readonly connection: Redis,
    private readonly onError: (error: unknown) => void,
  ) {
    connection.on('ready', () => void this.resubscribe());
  }

  onMessage(listener: (channel: string, message: string) => void): void {
    this.connection.on('message', listener);
  }

  onGap(listener: (channels: readonly string[]) => void): void {
    this.gapListeners.push(listener);
  }

  /** SUBSCRIBE is idempotent, and the server answers commands of one connection in order. */
  async subscribe(channel: string): Promise<void> {
    this.wanted.add(channel);
    await this.connection.subscribe(channel);
  }

  async unsubscribe(channel: string): Promise<void> {
    this.wanted.delete(channel);
    await this.connection.unsubscribe(channel);
  }

  /** After a reconnect: what was published in between is lost. */
  private async resubscribe(): Promise<void> {
    const channels = [...this.wanted];
    if (channels.length === 0) return;
    try {
      await this.connection.subscribe(...channels);
      for (const listener of this.gapListeners) listener(channels);
    } catch (error) {
      this.onError(error);
      // A subscriber without its subscriptions would be deaf: a new connection starts over.
      this.connection.disconnect(true);
    }
  }
}
