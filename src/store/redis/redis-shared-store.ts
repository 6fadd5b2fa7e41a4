import { Logger } from '@nestjs/common';
import type { JsonValue } from '../../common/json';
import { checkAmount, checkCounts, checkName, SHARED_KEY } from '../shared-keys';
import type { NoticeListener } from '../notice-listeners';
import type { SharedStore, StoredDocument, WindowCount } from '../shared-store';
import { decodeDocument, documentChanged } from '../stored-document';
import type { FeedChannels } from './feed-channels';
import type { LuaScript } from './lua-script';
import { publish } from './publish';
import { RedisChangeFeed } from './redis-change-feed';
import type { RedisCommands } from './redis-commands';
import { fromRedisError } from './redis-errors';
import { RedisNotices } from './redis-notices';
import { SHARED_SCRIPTS } from './shared-scripts';

/** What belongs to no session, on Redis: one hash a collection, a key of counters, a window; each call touches one. */
export class RedisSharedStore implements SharedStore {
  private readonly logger = new Logger(RedisSharedStore.name);
  private readonly feed: RedisChangeFeed;
  private readonly notices: RedisNotices;

  constructor(
    private readonly commands: RedisCommands,
    channels: FeedChannels,
    private readonly keyPrefix: string,
  ) {
    const warn = (error: unknown) => this.logger.warn(`change feed: ${fromRedisError(error).message}`);
    this.feed = new RedisChangeFeed(channels, keyPrefix, warn);
    this.notices = new RedisNotices(channels, warn);
  }

  async readDocuments(collection: string): Promise<Map<string, StoredDocument>> {
    const fields = await this.readHash(SHARED_KEY.documents(collection));
    return new Map(fields.map(([name, text]) => [name, decodeDocument(collection, name, text)]));
  }

  async writeDocument(collection: string, name: string, value: JsonValue, seenVersion: number): Promise<number> {
    const key = SHARED_KEY.documents(collection);
    checkName(name);
    const json = value === null ? '' : JSON.stringify(value);
    const version = await this.run(SHARED_SCRIPTS.writeDocument, key, [name, String(seenVersion), json]);
    if (version < 0) throw documentChanged(collection, name);
    return version;
  }

  async watchDocuments(collection: string, listener: () => void): Promise<() => Promise<void>> {
    const key = SHARED_KEY.documents(collection);
    try {
      return await this.feed.watch(key, () => listener());
    } catch (error) {
      throw fromRedisError(error);
    }
  }

  async addCounts(key: string, counts: ReadonlyMap<string, number>, ttlSeconds: number): Promise<void> {
    const counters = SHARED_KEY.counters(key);
    checkCounts(counts);
    if (counts.size === 0) return;
    await this.run(SHARED_SCRIPTS.addCounts, counters, [milliseconds(ttlSeconds), ...[...counts].flat().map(String)]);
  }

  async readCounts(key: string): Promise<Map<string, number>> {
    const fields = await this.readHash(SHARED_KEY.counters(key));
    return new Map(fields.map(([name, text]) => [name, Number(text)]));
  }

  async removeCounts(key: string): Promise<void> {
    const counters = SHARED_KEY.counters(key);
    await this.commands.sendShared(counters, (redis) => redis.del(this.keyPrefix + counters));
  }

  async countInWindow(key: string, amount: number, windowSeconds: number): Promise<WindowCount> {
    const window = SHARED_KEY.window(key);
    checkAmount(amount);
    const args = [String(amount), milliseconds(windowSeconds)];
    const [count, remainingMs] = await this.run(SHARED_SCRIPTS.countInWindow, window, args);
    return { count, remainingSeconds: remainingMs / 1000 };
  }

  async publishNotice(topic: string, notice: JsonValue): Promise<void> {
    const channel = SHARED_KEY.notices(topic);
    const message = JSON.stringify(notice);
    await this.commands.sendShared(channel, (redis) => publish(redis, this.keyPrefix + channel, message));
  }

  async watchNotices(topic: string, listener: NoticeListener): Promise<() => Promise<void>> {
    try {
      return await this.notices.watch(this.keyPrefix + SHARED_KEY.notices(topic), listener);
    } catch (error) {
      throw fromRedisError(error);
    }
  }

  private run<Reply>(script: LuaScript<Reply>, key: string, args: readonly string[]): Promise<Reply> {
    return this.commands.sendShared(key, (redis) => script.run(redis, this.keyPrefix + key, args));
  }

  /** Upper case goes around the client's conversion into an object, in which a field `__proto__` would be lost. */
  private async readHash(key: string): Promise<[name: string, text: string][]> {
    const reply = await this.commands.sendShared(key, (redis) => redis.call('HGETALL', this.keyPrefix + key));
    const texts = reply as string[];
    return Array.from({ length: texts.length / 2 }, (_, index) => [texts[2 * index] ?? '', texts[2 * index + 1] ?? '']);
  }
}

/** Redis takes whole milliseconds. */
function milliseconds(seconds: number): string {
  return String(Math.round(seconds * 1000));
}
