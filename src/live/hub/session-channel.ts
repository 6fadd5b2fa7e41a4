import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, nowSeconds } from '../../common/clock';
import { ParleyError } from '../../common/parley-error';
import type { SessionState } from '../../store/session-state';
import type { Change, FeedEvent, RecentChanges, SessionStore } from '../../store/session-store';
import type { OwnStages } from '../../store/own-stages';
import type { SessionClosedReason } from '../frames/server-frames';
import type { Signals } from '../frames/change-view';
import type { LiveMetrics } from '../live-metrics';
import { ChangeLog } from './change-log';
import { EncodedChange } from './encoded-change';
import { IdleExpiry } from './idle-expiry';
import { readSession } from './read-session';
import { type Subscriber, Subscription } from './subscriber';

/**
 * How long a change may be ahead of the one before it, or behind a gap in the feed, until the session is read:
 * notifications can overtake each other by a moment, and waiting costs less than a read.
 */
const GRACE_MS = 30;
/** Changes kept while a read is under way; beyond it the next change shows a hole, and brings another read. */
const MAX_EARLY = 1000;

/** What all channels share. */
export interface ChannelServices {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly own: OwnStages;
  readonly metrics: Pick<LiveMetrics, 'pushed'>;
  readonly signals: Signals;
}

/**
 * One session as this process tells of it: one watch of the feed, whoever many listen. Every subscriber is told of every
 * revision once and in order; where one is missing, the session is read and told whole.
 */
export class SessionChannel {
  private readonly subscriptions = new Set<Subscription>();
  /** Of changes that could not be told yet, by revision: nothing has been read, or something is missing. */
  private readonly early = new Map<number, Change>();
  /** The last revision that was told; undefined before the first read. */
  private head: number | undefined;
  /** When the store applied it; undefined where that is not known. */
  private headAt: number | null | undefined;
  private log = new ChangeLog(0);
  private reading = false;
  private missing: NodeJS.Timeout | undefined;
  private readonly ended = new AbortController();
  private readonly watching: Promise<() => Promise<void>>;
  private attaching = 0;
  private readonly expiry: IdleExpiry;

  constructor(
    private readonly sessionId: string,
    private readonly services: ChannelServices,
    /** Nobody listens any more, or there is nothing to tell. */
    private readonly onIdle: (channel: SessionChannel) => void,
    private readonly onClosed: (channel: SessionChannel) => void,
  ) {
    this.expiry = new IdleExpiry(services.clock, () => void this.compare());
    this.watching = services.store.watch(sessionId, (event) => this.receive(event));
    // Whoever attaches is told; nobody else waits for it.
    this.watching.catch(() => undefined);
  }

  get isIdle(): boolean {
    return this.subscriptions.size === 0 && this.attaching === 0;
  }

  /** Whether there is a log that somebody could come back for. */
  get isWorthKeeping(): boolean {
    return this.head !== undefined && !this.ended.signal.aborted;
  }

  /**
   * Listens first and reads then, so that nothing falls between the two.
   * @returns what ends it
   * @throws as {@link SessionStore.load}
   */
  async attach(subscriber: Subscriber, fromRevision?: number): Promise<() => void> {
    const subscription = new Subscription(subscriber);
    this.attaching += 1;
    try {
      const startedMs = this.services.clock.monotonicMs();
      await this.watching;
      if (this.continueFrom(subscription, fromRevision)) return () => this.detach(subscription);
      const continued = await this.continueFromStore(subscription, fromRevision);
      if (!continued) await this.beginWithState(subscription, startedMs);
    } finally {
      this.attaching -= 1;
      if (this.isIdle) this.onIdle(this);
    }
    return () => this.detach(subscription);
  }

  private continueFrom(subscription: Subscription, fromRevision: number | undefined): boolean {
    if (fromRevision === undefined || this.head === undefined || this.reading || this.head === 0) return false;
    if (this.expiry.isDue) return false;
    const changes = this.log.since(fromRevision);
    if (!changes) return false;
    subscription.begin({ revision: this.head, changes });
    this.add(subscription);
    return true;
  }

  /** What was told before this process knew the session, or too long ago, the store may still have. */
  private async continueFromStore(subscription: Subscription, fromRevision: number | undefined): Promise<boolean> {
    if (fromRevision === undefined) return false;
    const seen = this.told;
    const recent = await this.services.store.readChanges(this.sessionId, fromRevision);
    this.refuseEnded();
    const revision = fromRevision + (recent?.changes.length ?? 0);
    // A store that has gone back is the truth, and everybody is to be told the whole of it.
    if (!recent || revision < seen) return false;
    if (this.head === undefined) this.begin(fromRevision, recent);
    const since = revision >= this.told ? [] : this.log.since(revision);
    if (!since) return false;
    const changes = [...recent.changes.map((change) => this.encode(change)), ...since];
    subscription.begin({ revision: revision + since.length, changes });
    this.add(subscription);
    return true;
  }

  /** Follows the session from here on without having read it. */
  private begin(fromRevision: number, { changes, ...times }: RecentChanges): void {
    this.head = fromRevision + changes.length;
    this.headAt = changes.at(-1)?.at;
    this.expiry.read(times);
    this.log = new ChangeLog(fromRevision);
    for (const change of changes) this.log.add(this.encode(change));
    this.takeEarly();
  }

  private async beginWithState(subscription: Subscription, startedMs: number): Promise<void> {
    for (;;) {
      const seen = this.head ?? 0;
      const state = await this.services.store.load(this.sessionId);
      this.refuseEnded();
      if (state.revision < seen) this.replace(state, true);
      else if (this.head === undefined) this.replace(state, false);
      // Changes can have come while the session was read: those are told after it, where the log still has them.
      const since = state.revision >= this.told ? [] : this.log.since(state.revision);
      if (!since) continue;
      this.services.own.record('session_load', (this.services.clock.monotonicMs() - startedMs) / 1000);
      subscription.begin({ revision: state.revision, state });
      for (const change of since) subscription.change(change, change.frames());
      this.add(subscription);
      return;
    }
  }

  private refuseEnded(): void {
    if (this.ended.signal.aborted) throw new ParleyError('session_ended', `Session ${this.sessionId} has ended.`);
  }

  private get told(): number {
    return this.head ?? -1;
  }

  private add(subscription: Subscription): void {
    if (this.subscriptions.size === 0) this.expiry.start();
    this.subscriptions.add(subscription);
  }

  private detach(subscription: Subscription): void {
    if (!this.subscriptions.delete(subscription)) return;
    if (this.subscriptions.size === 0) this.expiry.stop();
    if (this.isIdle) this.onIdle(this);
  }

  private receive(event: FeedEvent): void {
    if (event.kind === 'ended') this.close('session_ended');
    else if (event.kind === 'gap') void this.compare();
    else if (event.kind === 'change') this.take(event);
  }

  private take(change: Change): void {
    if (this.head === undefined || this.reading) return this.keepEarly(change);
    // Revision 0 is an older service's session, which it may have changed since without a sign.
    if (change.revision === this.head + 1 && this.head !== 0) return this.tell(change);
    if (change.revision <= this.head) {
      if (this.log.contradicts(change.revision, change.batchId)) void this.catchUp(true);
      return;
    }
    this.keepEarly(change);
    if (this.head === 0) void this.catchUp();
    else this.awaitMissing();
  }

  private awaitMissing(): void {
    this.missing ??= setTimeout(() => void this.catchUp(), GRACE_MS).unref();
  }

  private keepEarly(change: Change): void {
    if (this.early.size >= MAX_EARLY) this.early.clear();
    this.early.set(change.revision, change);
  }

  private tell(change: Change): void {
    this.head = change.revision;
    this.headAt = change.at;
    this.expiry.changed(change);
    const encoded = this.encode(change);
    this.log.add(encoded);
    if (this.subscriptions.size > 0) {
      const frames = encoded.frames();
      for (const subscription of [...this.subscriptions]) subscription.change(encoded, frames);
      this.services.metrics.pushed(nowSeconds(this.services.clock) - change.at);
    }
    this.tellEarly();
  }

  private encode(change: Change): EncodedChange {
    return new EncodedChange(this.sessionId, change, this.services.signals);
  }

  /** What was ahead of the change that was just told. */
  private tellEarly(): void {
    const next = this.early.get(this.told + 1);
    if (next) {
      this.early.delete(next.revision);
      return this.tell(next);
    }
    if (this.early.size === 0) this.stopAwaiting();
  }

  private stopAwaiting(): void {
    clearTimeout(this.missing);
    this.missing = undefined;
  }

  /** Notifications may have been lost, or the session may have expired: what the store says counts. */
  private async compare(): Promise<void> {
    const { head: before, headAt } = this;
    if (before === undefined) return;
    const revision = await this.services.store.readRevision(this.sessionId).catch(() => undefined);
    await sleep(GRACE_MS, undefined, { ref: false });
    if (this.ended.signal.aborted) return;
    const isMissing = revision === undefined || revision === 0 || revision < before || revision > this.told;
    if (isMissing) await this.catchUp();
    else if (await this.isOtherHistory(before, headAt)) await this.catchUp(true);
  }

  /**
   * Whether another batch has made the revision than the one that was told: the store went back (a failover), and had come
   * as far again before anybody looked. The first revision says by its session that it is another.
   */
  private async isOtherHistory(revision: number, at: number | null | undefined): Promise<boolean> {
    if (revision === 1) return false;
    const recent = await this.services.store.readChanges(this.sessionId, revision - 1).catch(() => undefined);
    return recent?.changes[0]?.at !== at;
  }

  /** Reads the session anew and tells it whole; `wentBack`: whatever its revision. Never rejects. */
  private async catchUp(wentBack = false): Promise<void> {
    this.stopAwaiting();
    if (this.reading || this.ended.signal.aborted) return;
    this.reading = true;
    const seen = Math.max(this.told, ...this.early.keys());
    const read = await readSession(this.services.store, this.sessionId, this.ended.signal);
    // What comes while it is read waits in `early` until this very step.
    this.reading = false;
    if (typeof read === 'string') this.close(read);
    else if (read) this.replace(read, wentBack || read.revision < seen);
  }

  /** `wentBack`: the store has lost revisions that were told or heard of (a failover), and has the truth all the same. */
  private replace(state: SessionState, wentBack: boolean): void {
    this.head = state.revision;
    this.headAt = state.updatedAt;
    this.expiry.read(state);
    this.log = new ChangeLog(state.revision);
    for (const subscription of [...this.subscriptions]) subscription.reset(state, wentBack);
    if (!wentBack) return this.takeEarly();
    // Of those one cannot tell which history they belong to.
    this.early.clear();
    void this.catchUp();
  }

  private takeEarly(): void {
    const early = [...this.early.values()].sort((left, right) => left.revision - right.revision);
    this.early.clear();
    for (const change of early) this.take(change);
  }

  /** The session is over: everybody is told. */
  private close(reason: SessionClosedReason): void {
    if (this.ended.signal.aborted) return;
    const subscriptions = [...this.subscriptions];
    this.subscriptions.clear();
    void this.stop();
    for (const subscription of subscriptions) subscription.close(reason);
  }

  /** Nobody is told; the feed is let go. */
  async stop(): Promise<void> {
    if (this.ended.signal.aborted) return;
    this.ended.abort();
    this.stopAwaiting();
    this.expiry.stop();
    this.onClosed(this);
    const unwatch = await this.watching.catch(() => undefined);
    await unwatch?.();
  }
}
