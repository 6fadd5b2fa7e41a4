import type { JsonValue } from '../../common/json';
import { type NoticeListener, NoticeListeners } from '../notice-listeners';
import type { FeedChannels } from './feed-channels';

/** Notices over pub/sub: one channel a topic, and one subscription each however many listen in this process. */
export class RedisNotices {
  private readonly listeners = new NoticeListeners();

  constructor(
    private readonly channels: FeedChannels,
    private readonly onError: (error: unknown) => void,
  ) {
    channels.onMessage((channel, message) => {
      if (this.listeners.has(channel)) this.listeners.tell(channel, noticeOf(message));
    });
    channels.onGap((missed) => missed.forEach((channel) => this.listeners.tell(channel, undefined)));
  }

  async watch(channel: string, listener: NoticeListener): Promise<() => Promise<void>> {
    const leave = this.listeners.add(channel, listener);
    const stop = async () => {
      if (leave()) await this.channels.unsubscribe(channel).catch(this.onError);
    };
    try {
      await this.channels.subscribe(channel);
    } catch (error) {
      await stop();
      throw error;
    }
    return stop;
  }
}

/** What nobody can read may have been anything. */
function noticeOf(message: string): JsonValue | undefined {
  try {
    return JSON.parse(message) as JsonValue;
  } catch {
    return undefined;
  }
}
