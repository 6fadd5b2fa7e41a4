import { isParleyError, type ParleyError } from '../common/parley-error';
import type { Batch, Change, FeedEvent, SessionStore } from '../store/session-store';
import type { Op } from '../store/ops';
import type { SessionState } from '../store/session-state';
import { SessionView } from './session-view';

/**
 * How long a change may arrive ahead of the one before it until the session is read again. A receipt and the
 * notifications of others come over different connections, so being ahead by a moment is normal; waiting costs nothing
 * but freshness, reading costs a load.
 */
const GAP_GRACE_MS = 30;
/** A read that failed is tried again after this: the store is away, and its return is noticed soon enough. */
const RELOAD_RETRY_MS = 500;
/** Of every memo: they are many, and none of them adds to it. */
const NO_BATCH_IDS = new Set<string>();
/** Changes kept while one before them is missing; beyond it a read has to bring them all. */
const MAX_EARLY = 1000;

/**
 * Keeps a memo's view in step with the store: applies every change once and in the order of the revisions, whether it
 * comes as a receipt of our own write or over the change feed, and reads the session again where one is missing.
 */
export class SessionMirror {
  private readonly early = new Map<number, Change>();
  /** Our batches that the view does not know to be stored, oldest first: id and number of operations. */
  private readonly formed = new Map<string, number>();
  private gapTimer: NodeJS.Timeout | undefined;
  private stopped = false;
  private ended = false;
  private endedListener: ((reason?: ParleyError) => void) | undefined;
  private endReason: ParleyError | undefined;
  private endingListener: (() => Promise<void>) | undefined;
  /** The last read that has begun, and the one that begins when that has ended. */
  private reading: Promise<void> | undefined;
  private nextRead: Promise<void> | undefined;
  private stopWatching: (() => Promise<void>) | undefined;

  private constructor(
    private readonly sessionId: string,
    private readonly store: SessionStore,
    private readonly view: SessionView,
  ) {}

  /** Listens first and reads then, so that no change falls between the two. */
  static async follow(sessionId: string, store: SessionStore): Promise<{ mirror: SessionMirror; view: SessionView }> {
    let receive: ((event: FeedEvent) => void) | undefined;
    const missed: FeedEvent[] = [];
    const stop = await store.watch(sessionId, (event) => (receive ? receive(event) : missed.push(event)));
    try {
      const view = new SessionView(forget(await store.load(sessionId)));
      const mirror = new SessionMirror(sessionId, store, view);
      mirror.stopWatching = stop;
      receive = (event) => mirror.receive(event);
      missed.forEach(receive);
      return { mirror, view };
    } catch (error) {
      await stop();
      throw error;
    }
  }

  /** Calls the listener once the session has ended or can't be read any more (the reason), at once if so already. */
  whenEnded(listener: (reason?: ParleyError) => void): void {
    this.endedListener = listener;
    if (this.ended) listener(this.endReason);
  }

  /** The session is about to be ended by somebody: the last chance to write. */
  private async onEnding(): Promise<void> {
    await this.endingListener?.();
  }

  /** Calls the listener where somebody is about to end the session, who waits for what it gives. */
  whenEnding(listener: () => Promise<void>): void {
    this.endingListener = listener;
  }

  private onEnded(reason?: ParleyError): void {
    if (this.ended) return;
    this.ended = true;
    this.endReason = reason;
    this.endedListener?.(reason);
  }

  lay(op: Op, at: number): void {
    this.view.lay(op, at);
  }

  /** A batch of ours is on its way; its operations stay on top until it comes back as a change. */
  expect(batch: Batch): void {
    this.formed.set(batch.id, batch.ops.length);
  }

  /** A batch of ours was refused: some operations will not be written, the others may go in another batch. */
  reform(refused: Batch, batch: Batch | undefined, withdrawn: ReadonlySet<Op>): void {
    this.formed.delete(refused.id);
    if (batch) this.expect(batch);
    this.view.withdraw(withdrawn);
  }

  receive(event: FeedEvent): void {
    if (event.kind === 'ended') this.onEnded();
    else if (event.kind === 'gap') void this.catchUp();
    else if (event.kind === 'ending') event.wait(this.onEnding());
    else this.receiveChange(event);
  }

  private receiveChange(change: Change): void {
    if (change.revision <= this.view.state.revision) return this.receiveOld(change);
    this.early.set(change.revision, change);
    // Revision 0 is an older service's session: whether it was read in its last form only the store knows.
    if (this.view.state.revision === 0) return void this.catchUp();
    this.applyInOrder();
    if (this.early.size === 0) return;
    this.awaitMissing();
    if (this.early.size > MAX_EARLY) this.early.clear();
  }

  /** A batch of ours that we have not seen, at a revision that is long past: the store has gone back. */
  private receiveOld(change: Change): void {
    if (this.formed.has(change.batchId)) void this.catchUp(true);
  }

  private applyInOrder(): void {
    for (;;) {
      const next = this.early.get(this.view.state.revision + 1);
      if (!next) break;
      this.early.delete(next.revision);
      this.view.confirm(next, this.takeFormed(next.batchId));
    }
    if (this.early.size > 0) return;
    clearTimeout(this.gapTimer);
    this.gapTimer = undefined;
  }

  /** How many of the oldest operations on top are settled by this batch: none where it is not ours. */
  private takeFormed(batchId: string): number {
    const count = this.formed.get(batchId) ?? 0;
    this.formed.delete(batchId);
    return count;
  }

  /** Whether something is known to have happened before what has come last. */
  get isBehind(): boolean {
    return this.early.size > 0;
  }

  private awaitMissing(afterMs = GAP_GRACE_MS): void {
    if (this.stopped) return;
    this.gapTimer ??= setTimeout(() => {
      this.gapTimer = undefined;
      void this.catchUp();
    }, afterMs).unref();
  }

  async hasChanges(): Promise<boolean> {
    const revision = await this.store.readRevision(this.sessionId);
    // An older service leaves no sign of what it changes: its session may always have changed.
    return revision === 0 || revision !== this.view.state.revision;
  }

  /** Reads the session where something is known to be missing or the store has another revision. Never rejects. */
  async catchUp(isMissing = this.early.size > 0): Promise<void> {
    try {
      if (isMissing || (await this.hasChanges())) await this.refresh();
    } catch (error) {
      if (isParleyError(error, 'session_ended') || isParleyError(error, 'session_not_found')) this.onEnded();
      else if (isParleyError(error, 'session_corrupt')) this.onEnded(error);
      else this.awaitMissing(RELOAD_RETRY_MS);
    }
  }

  /** Reads the session anew. Callers share a read that has not begun; one under way may miss what they ask for. */
  refresh(): Promise<void> {
    this.nextRead ??= this.read();
    return this.nextRead;
  }

  private async read(): Promise<void> {
    await this.reading?.catch(() => undefined);
    this.nextRead = undefined;
    this.reading = this.load();
    await this.reading;
  }

  private async load(): Promise<void> {
    const seen = Math.max(this.view.state.revision, ...this.early.keys());
    const state = await this.store.load(this.sessionId);
    // What was read can be older than what has come since, but not older than what had come before: then the store has
    // lost revisions (a failover), and whatever it has now is the truth.
    const wentBack = state.revision < seen;
    if (wentBack) this.early.clear();
    if (wentBack || state.revision >= this.view.state.revision) this.replace(state);
    if (wentBack) void this.catchUp();
    else if (this.early.size > 0) this.awaitMissing();
  }

  private replace(state: SessionState): void {
    let own = 0;
    for (const batchId of [...this.formed.keys()]) if (state.batchIds.has(batchId)) own += this.takeFormed(batchId);
    this.view.replace(forget(state), own);
    for (const revision of this.early.keys()) if (revision <= state.revision) this.early.delete(revision);
    this.applyInOrder();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.gapTimer);
    await this.stopWatching?.();
    this.stopWatching = undefined;
  }
}

/** The remembered ids serve a reload alone: 256 of them in every live memo would be most of its memory. */
function forget(state: SessionState): SessionState {
  return { ...state, batchIds: NO_BATCH_IDS };
}
