import type { Redis } from 'ioredis';
import { endingEvent, withinGrace } from '../ending';
import { FeedListeners } from '../feed-listeners';
import { decodeOps } from '../layout/batch-codec';
import { receiptOf } from '../receipt';
import type { FeedEvent, FeedListener } from '../session-store';

const SEPARATOR = '\u001f';
/** `revision first-seq messages at batch-id`, as apply-batch.lua writes it. */
const HEAD = /^(\d+) (\d+) (\d+) (\d+(?:\.\d+)?) (\S+)$/;

/**
 * The change feed over Redis pub/sub, on a connection for listeners: one channel a session or collection, named like its
 * key, and one subscription each however many listen in this process. Feeds of different keys can share the connection.
 */
export class RedisChangeFeed {
  private readonly listeners = new FeedListeners();
  private readonly subscribing = new Map<string, Promise<unknown>>();
  /** Who waits for the acknowledgements of an end, by session. */
  private readonly acknowledged = new Map<string, Set<() => void>>();

  /** `connection` must have `autoResubscribe` off: the feed resubscribes itself, to know when it is done. */
  constructor(
    private readonly connection: Redis,
    private readonly keyPrefix: string,
    private readonly publish: (sessionId: string, message: string) => Promise<number>,
    private readonly onError: (error: unknown) => void,
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

  /**
   * Tells every process that listens to a session that it is about to end, and waits for each to have written what it
   * had, within bounds.
   */
  async announceEnd(sessionId: string): Promise<void> {
    const acknowledgements = this.countAcknowledgements(sessionId);
    const unwatch = await this.watch(sessionId, () => undefined);
    try {
      await acknowledgements.reach(await this.publish(sessionId, ENDING));
    } finally {
      acknowledgements.stop();
      await unwatch();
    }
  }

  private countAcknowledgements(sessionId: string) {
    let count = 0;
    let expected = Infinity;
    let reached: () => void = () => undefined;
    const acknowledge = () => {
      count += 1;
      if (count >= expected) reached();
    };
    const others = this.acknowledged.get(sessionId) ?? new Set();
    this.acknowledged.set(sessionId, others.add(acknowledge));
    return {
      reach: (processes: number) =>
        withinGrace(
          new Promise<void>((resolve) => {
            expected = processes;
            reached = resolve;
            if (count >= expected) resolve();
          }),
        ),
      stop: () => {
        others.delete(acknowledge);
        if (others.size === 0) this.acknowledged.delete(sessionId);
      },
    };
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

  private async tellEnding(sessionId: string): Promise<void> {
    const ending = endingEvent();
    this.listeners.emit(sessionId, ending.event);
    await ending.settled();
    await this.publish(sessionId, FLUSHED).catch(this.onError);
  }

  private receive(channel: string, message: string): void {
    const sessionId = channel.slice(this.keyPrefix.length);
    if (!this.listeners.has(sessionId)) return;
    if (message === ENDING) return void this.tellEnding(sessionId);
    if (message === FLUSHED) return this.acknowledged.get(sessionId)?.forEach((acknowledge) => acknowledge());
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
/** Published before a session is ended, and by each process that has written what it had of it. */
const ENDING = 'ending';
const FLUSHED = 'flushed';

function decodeEvent(message: string): FeedEvent {
  if (message === 'ended' || message === 'gap') return { kind: message };
  const headEnd = message.indexOf(SEPARATOR);
  const head = HEAD.exec(message.slice(0, headEnd));
  if (!head) throw new Error('a notification of another form');
  const [revision, firstSeq, count, at] = head.slice(1, 5).map(Number) as [number, number, number, number];
  const receipt = receiptOf(revision, firstSeq, count, at);
  return { kind: 'change', ...receipt, batchId: head[5] as string, ops: decodeOps(message.slice(headEnd + 1)) };
}
