import { type Clock, nowSeconds } from '../common/clock';
import type { JsonValue } from '../common/json';
import { ParleyError } from '../common/parley-error';
import { ExpiryWatch } from '../store/expiry-watch';
import { INTERRUPTED_KEY, type Op } from '../store/ops';
import type { OperationFilter } from '../store/operation-filter';
import type { SessionStore } from '../store/session-store';
import { refusals } from '../store/store-errors';
import type { MemoryBudget } from './memory-budget';
import { type PreparedOp, prepareOp } from './prepare-op';
import { SessionLease } from './session-lease';
import { SessionMemory } from './session-memory';
import { SessionMirror } from './session-mirror';
import type { SessionView } from './session-view';
import { waitFor } from './wait-for';
import { type Backoff, type FormedBatch, type ReformedBatch, WriteBehind } from './write-behind';

/** What a memo needs of the process it lives in. */
export interface MemoEnvironment {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly budget: MemoryBudget;
  /** What may be stored of an operation; all of it where there is none. */
  readonly filter?: OperationFilter;
  readonly backoff: Backoff;
  /** A name that no other memo of any process has, for batch ids: up to 100 characters of `A-Z a-z 0-9`. */
  readonly writerName: string;
  /** A write failed; where the error is not retryable the unwritten changes are lost. */
  onPersistFailure(sessionId: string, error: ParleyError): void;
  /** Everything is durable after a failure. */
  onPersistRecovery(sessionId: string): void;
  /** Some changes were withdrawn, because the store refuses them: what belongs to an interrupted reply, or to a lost lease. */
  onWithdrawn(sessionId: string, error: ParleyError, operations: number): void;
  /** A batch became durable so long after its first change, in seconds. */
  onPersisted(sessionId: string, lagSeconds: number): void;
  /** The memo can write nothing any more: its session is over, or the store refused its changes for good. */
  onDead(): void;
  /** The memo is closed and holds nothing any more. */
  onClosed(): void;
}

export interface WaitOptions {
  /** Gives up waiting; the write itself goes on. */
  readonly signal?: AbortSignal;
}

/**
 * One session in memory, shared by all who use it in this process. Mutations show at once and are written when a
 * persist call says so; changes of other processes arrive by the change feed.
 */
export class MemoManager extends SessionMemory {
  private readonly writer: WriteBehind;
  private readonly expiry: ExpiryWatch;
  private batches = 0;
  /** The right to run turns, while this process has it. */
  private held: SessionLease | undefined;
  private refusal: ParleyError | undefined;
  /** Why changes were lost, where any were. */
  private lost: ParleyError | undefined;
  private failing = false;
  private closing = false;
  private finished: Promise<void> | undefined;

  private constructor(
    sessionId: string,
    private readonly environment: MemoEnvironment,
    private readonly mirror: SessionMirror,
    view: SessionView,
  ) {
    super(sessionId, view, environment.clock, environment.writerName);
    this.writer = new WriteBehind(
      {
        write: (batch) => this.write(batch),
        nextBatchId: () => this.nextBatchId(),
        onFormed: (batch) => this.mirror.expect(batch),
        withdraw: (batch, error) => this.refusedOps(batch, error),
        onReformed: (reformed) => this.onReformed(reformed),
        onFailure: (error) => this.onFailure(error),
        onDrained: () => this.onDrained(),
      },
      environment.budget,
      environment.backoff,
    );
    this.expiry = new ExpiryWatch({
      expiresAt: () => view.state.expiresAt,
      nowSeconds: () => nowSeconds(environment.clock),
      onNear: () => this.persistBackground(),
      onDue: () => void mirror.catchUp(),
    });
  }

  /** Restores a session: all of it, ready to persist itself. @throws as {@link SessionStore.load} */
  static async restore(sessionId: string, environment: MemoEnvironment): Promise<MemoManager> {
    const { mirror, view } = await SessionMirror.follow(sessionId, environment.store);
    const memo = new MemoManager(sessionId, environment, mirror, view);
    mirror.whenEnding(() => (memo.hasUnwritten ? memo.persist() : Promise.resolve()));
    mirror.whenEnded((reason) => memo.endSession(reason));
    return memo;
  }

  protected override mutate(candidate: Op): void {
    if (this.refusal) throw this.refusal;
    const at = nowSeconds(this.environment.clock);
    const [filtered] = this.environment.filter?.([candidate]) ?? [candidate];
    const prepared = prepareOp(timed(filtered ?? candidate, at));
    this.add(prepared, at);
  }

  private add(prepared: PreparedOp, at = nowSeconds(this.environment.clock)): void {
    this.writer.add(prepared, this.environment.clock.monotonicMs(), this.held?.fence);
    this.mirror.lay(prepared.op, at);
  }

  private nextBatchId(): string {
    return `${this.environment.writerName}.${(this.batches += 1).toString(36)}`;
  }

  /** Steps that others may be faster with: each is a batch of its own, so that its refusal is its own. */
  protected override async commit(ops: readonly Op[]): Promise<void> {
    if (this.writer.hasUnwritten) await this.persist();
    if (this.refusal) throw this.refusal;
    const fence = this.held?.fence;
    const batch = { id: this.nextBatchId(), ops, ...(fence !== undefined && { fence }) };
    const receipt = await this.environment.store.apply(this.sessionId, batch);
    this.mirror.receive({ kind: 'change', batchId: batch.id, ops, ...receipt });
  }

  /**
   * Takes the right to run this session's turns. What is mutated from then on is refused by the store once the right has
   * passed on to somebody else, until it is released.
   * @throws ParleyError `lease_held` where a turn is running, in whichever process
   */
  async acquireLease(holder: string, seconds: number): Promise<SessionLease> {
    if (this.held) throw refusals.leaseHeld(this.sessionId);
    // The turn before may have let it go just now.
    if (this.writer.hasUnwritten) await this.persist().catch(() => undefined);
    const lease = await SessionLease.acquire(holder, seconds, {
      sessionId: this.sessionId,
      current: () => this.view.state.lease,
      nowSeconds: () => nowSeconds(this.environment.clock),
      commit: (op) => this.commit([op]),
      refresh: () => this.refresh(),
      release: (op) => this.add({ op, bytes: LEASE_BYTES }),
      onOver: () => (this.held = undefined),
    });
    this.held = lease;
    // Who takes it over from another process goes on from what that has written.
    if (this.mirror.isBehind) await this.refresh().catch(() => undefined);
    return lease;
  }

  /** What of a batch the store refuses it for; undefined where it is not about single operations. */
  private async refusedOps(batch: FormedBatch, error: ParleyError): Promise<ReadonlySet<Op> | undefined> {
    if (error.code === 'lease_lost') return new Set(batch.ops);
    if (error.code === 'playback_full') return new Set(batch.ops.filter(({ op }) => op === 'enqueuePlayback'));
    if (error.code !== 'epoch_passed') return undefined;
    await this.refresh().catch(() => undefined);
    const carriers = batch.ops.filter((op) => 'epoch' in op);
    const late = carriers.filter((op) => 'epoch' in op && (op.epoch ?? 0) < this.view.state.epoch);
    return new Set(late.length > 0 ? late : carriers);
  }

  private onReformed({ refused, batch, withdrawn, error }: ReformedBatch): void {
    this.mirror.reform(refused, batch, withdrawn);
    if (error.code === 'lease_lost') this.held?.lose();
    this.environment.onWithdrawn(this.sessionId, error, withdrawn.size);
  }

  /** Resolves when everything mutated before the call is durable; rejects if it is not, and the changes stay pending. */
  async persist({ signal }: WaitOptions = {}): Promise<void> {
    await waitFor(
      this.settled(() => this.writer.persist()),
      signal,
    );
  }

  /** Schedules what is pending now and returns at once. */
  persistBackground(): void {
    this.writer.persistBackground();
  }

  /** Waits for what was submitted before the call; reports its first failure after all of it has finished. */
  async flushPendingPersist({ signal }: WaitOptions = {}): Promise<void> {
    await waitFor(
      this.settled(() => this.writer.flush()),
      signal,
    );
  }

  /** Withdraws scheduled work that has not started; its changes are pending again. Says whether there was any. */
  cancelPendingPersist(): boolean {
    return this.writer.cancel();
  }

  /**
   * For the end of a call: persists, flushes, stops listening. Refuses mutations from now on. If the store fails it
   * rejects, and the memo goes on trying by itself until all is written. It rejects too where changes have been lost.
   */
  async close({ signal }: WaitOptions = {}): Promise<void> {
    this.refusal ??= new ParleyError('memo_closed', `The memo of session ${this.sessionId} is closed.`);
    this.closing = true;
    await waitFor(this.closeDown(), signal);
  }

  private async closeDown(): Promise<void> {
    if (this.writer.hasUnwritten) await this.writer.persist();
    await this.finish();
    if (this.lost) throw this.lost;
  }

  /** Whether anything mutated here is not durable yet. */
  get hasUnwritten(): boolean {
    return this.writer.hasUnwritten;
  }

  /** Raises or lowers the flag and waits until it is durable, and so on its way to every process. */
  async setTtsInterruptedLive(value: boolean): Promise<void> {
    this.setTtsInterrupted(value);
    await this.persist();
  }

  /** Asks the store instead of the memory. */
  async isTtsInterruptedLive(): Promise<boolean> {
    return (await this.environment.store.readContext(this.sessionId, INTERRUPTED_KEY)) === true;
  }

  protected override catchUp(): Promise<void> {
    return this.refresh();
  }

  /** Reads the session anew. Changes made here that are not written yet stay on top. */
  refresh(): Promise<void> {
    return this.mirror.refresh();
  }

  /** Whether the store has another revision than this memory. */
  checkForChanges(): Promise<boolean> {
    return this.mirror.hasChanges();
  }

  /** The values of some context keys, after reading the session anew where the store has gone on. */
  async selectiveRefresh(keys: readonly string[]): Promise<ReadonlyMap<string, JsonValue>> {
    if (await this.checkForChanges()) await this.refresh();
    const values = new Map<string, JsonValue>();
    for (const key of keys) {
      const value = this.getContext(key);
      if (value !== undefined) values.set(key, value);
    }
    return values;
  }

  private async write(batch: FormedBatch): Promise<void> {
    const { store, clock } = this.environment;
    const receipt = await store.apply(this.sessionId, batch);
    this.mirror.receive({ kind: 'change', batchId: batch.id, ops: batch.ops, ...receipt });
    this.environment.onPersisted(this.sessionId, (clock.monotonicMs() - batch.sinceMs) / 1000);
  }

  /** A memo whose session is gone can make nothing durable any more: waiters are told why. */
  private settled(wait: () => Promise<void>): Promise<void> {
    return this.refusal && this.refusal.code !== 'memo_closed' ? Promise.reject(this.refusal) : wait();
  }

  private onFailure(error: ParleyError): void {
    this.failing = error.retryable;
    if (!error.retryable) {
      this.lost = error;
      this.die(error);
    }
    this.environment.onPersistFailure(this.sessionId, error);
  }

  private onDrained(): void {
    if (this.failing) this.environment.onPersistRecovery(this.sessionId);
    this.failing = false;
    if (this.closing) void this.finish();
  }

  /** Its session is over: the feed says so, or somebody who knows it before. What is not written is lost. */
  endSession(reason?: ParleyError): void {
    const ended = reason ?? new ParleyError('session_ended', `Session ${this.sessionId} has ended.`);
    this.failing = false;
    this.die(ended);
    if (this.writer.abandon(ended)) {
      this.lost = ended;
      this.environment.onPersistFailure(this.sessionId, ended);
    }
    if (this.closing) void this.finish();
  }

  private die(error: ParleyError): void {
    this.expiry.stop();
    this.held?.lose(error);
    if (!this.closing) this.refusal = error;
    this.environment.onDead();
  }

  private finish(): Promise<void> {
    this.expiry.stop();
    this.finished ??= this.mirror.stop().finally(() => this.environment.onClosed());
    return this.finished;
  }
}

/** Of an operation that lets the lease go, about. */
const LEASE_BYTES = 64;

/** What was said is timed when it is said here, not when it is written. */
function timed(op: Op, at: number): Op {
  return (op.op === 'append' || op.op === 'recordLatency') && op.at === undefined ? { ...op, at } : op;
}
