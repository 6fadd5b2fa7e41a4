/** Channels of the change feed over whatever connections they need; feeds of different keys can share them. */
export interface FeedChannels {
  /**
   * Resolves when all that is published from then on is heard. A channel stays wanted, also after a failure, until
   * it is unsubscribed: it is then subscribed again as soon as that is possible.
   */
  subscribe(channel: string): Promise<void>;
  unsubscribe(channel: string): Promise<void>;
  onMessage(listener: (channel: string, message: string) => void): void;
  /** Something may have been missed on these channels; they are subscribed again. */
  onGap(listener: (channels: readonly string[]) => void): void;
}
