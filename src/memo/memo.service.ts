import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Logger, Optional, type BeforeApplicationShutdown } from '@nestjs/common';
import { CLOCK, type Clock } from '../common/clock';
import type { ErrorCode } from '../common/error-catalogue';
import { ParleyError } from '../common/parley-error';
import { OwnStages } from '../store/own-stages';
import { parseOps } from '../store/op-validation';
import type { Op } from '../store/ops';
import { OPERATION_FILTER, type OperationFilter } from '../store/operation-filter';
import { SESSION_OPENING, type SessionOpening } from '../store/session-opening';
import { SESSION_STORE, type SessionStore } from '../store/session-store';
import { MEMO_OPTIONS, type MemoOptions } from './memo-options';
import { type MemoEnvironment, MemoManager } from './memo-manager';
import { MemoryBudget } from './memory-budget';
import { PersistMonitor } from './persist-monitor';
import { waitFor } from './wait-for';

interface LiveMemo {
  /** None: it is closing. */
  users: number;
  readonly memo: Promise<MemoManager>;
  loaded: MemoManager | undefined;
}

/** The memos of this process: one live memo a session, shared by its users and closed when the last one leaves. */
@Injectable()
export class MemoService implements BeforeApplicationShutdown {
  private readonly logger = new Logger(MemoService.name);
  private readonly live = new Map<string, LiveMemo>();
  /** Those that are dead too: their users still release them. */
  private readonly entries = new WeakMap<MemoManager, LiveMemo>();
  private readonly budget: MemoryBudget;
  private readonly processName = randomBytes(6).toString('hex');
  private memos = 0;
  private stopping = false;

  constructor(
    @Inject(SESSION_STORE) private readonly store: SessionStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(MEMO_OPTIONS) private readonly options: MemoOptions,
    private readonly monitor: PersistMonitor,
    private readonly own: OwnStages,
    @Optional() @Inject(SESSION_OPENING) private readonly opening?: SessionOpening,
    @Optional() @Inject(OPERATION_FILTER) private readonly filter: OperationFilter = (ops) => ops,
  ) {
    this.budget = new MemoryBudget(options.pendingMaxBytes);
  }

  /** Bytes of changes in this process that are not durable yet, about. */
  get pendingBytes(): number {
    return this.budget.usedBytes;
  }

  get liveSessions(): number {
    return this.live.size;
  }

  /** Opens a new session and its memo. @throws as {@link SessionStore.create} */
  async open(sessionId: string, ttlSeconds: number, ops: readonly Op[] = []): Promise<MemoManager> {
    this.refuseWhenStopping();
    const given = ops.length > 0 ? this.filter(parseOps(ops)) : [];
    const batch = { id: `${this.nextWriterName()}.open`, ops: [...given, ...(this.opening?.opsFor(sessionId) ?? [])] };
    const before = this.live.get(sessionId)?.loaded;
    await this.store.create(sessionId, ttlSeconds, batch);
    // The memo of a session that had this id before and is over: the feed may not have told it yet.
    before?.endSession();
    return this.restore(sessionId);
  }

  /**
   * The session's live memo: restored from the store for the first user, shared with the others. Each caller
   * releases it once. @throws as {@link SessionStore.load}
   */
  async restore(sessionId: string): Promise<MemoManager> {
    this.refuseWhenStopping();
    const known = this.live.get(sessionId);
    if (known?.users === 0) {
      await this.awaitClosed(sessionId, known);
      return this.restore(sessionId);
    }
    const entry = known ?? this.start(sessionId);
    entry.users += 1;
    return entry.memo;
  }

  /** One user less; the last one closes the memo and learns whether all is durable. */
  async release(memo: MemoManager): Promise<void> {
    const entry = this.entries.get(memo);
    if (!entry || entry.users === 0) return;
    entry.users -= 1;
    if (entry.users === 0) await memo.close();
  }

  /**
   * Writes what is pending, within the configured time, and names what could not be written. In this phase of a
   * shutdown, because stores are closed in the one after it, in whatever order the modules were imported.
   */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await Promise.all([...this.live].map(([sessionId, entry]) => this.closeInTime(sessionId, entry)));
  }

  private async closeInTime(sessionId: string, entry: LiveMemo): Promise<void> {
    // Each memo has a signal of its own: Node takes it for a leak where very many listen to one.
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), this.options.shutdownTimeoutMs);
    await this.closeNow(sessionId, entry, deadline.signal);
    clearTimeout(timer);
  }

  private async closeNow(sessionId: string, entry: LiveMemo, signal: AbortSignal): Promise<void> {
    // One that is being restored, or can't be, has nothing to write.
    const memo = await waitFor(entry.memo, signal).catch(() => undefined);
    if (!memo) return;
    let code: ErrorCode = 'wait_aborted';
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      try {
        return await memo.close({ signal });
      } catch (error) {
        if (signal.aborted) break;
        code = error instanceof ParleyError ? error.code : 'internal_error';
        if (!(error instanceof ParleyError) || !error.retryable) return this.reportUnwritten(sessionId, code);
        await sleep(this.options.backoff(attempt), undefined, { signal }).catch(() => undefined);
      }
    }
    if (memo.hasUnwritten) this.reportUnwritten(sessionId, code);
  }

  private reportUnwritten(sessionId: string, code: ErrorCode): void {
    this.logger.error({ msg: 'changes could not be written before the end', sessionId, code });
  }

  private refuseWhenStopping(): void {
    if (this.stopping) throw new ParleyError('shutting_down', 'The service is shutting down.');
  }

  /** Its last changes must be in the store before the session is read again. */
  private async awaitClosed(sessionId: string, entry: LiveMemo): Promise<void> {
    try {
      await entry.loaded?.close();
    } catch (error) {
      if (this.live.get(sessionId) === entry) throw error;
    }
  }

  private start(sessionId: string): LiveMemo {
    const drop = () => this.drop(sessionId, entry);
    const startedMs = this.clock.monotonicMs();
    const memo = MemoManager.restore(sessionId, this.environment(drop));
    const entry: LiveMemo = { users: 0, memo, loaded: undefined };
    this.live.set(sessionId, entry);
    // One that can't be restored is nobody's: the next user tries anew.
    memo.then((loaded) => {
      entry.loaded = loaded;
      this.entries.set(loaded, entry);
      this.own.record('session_load', (this.clock.monotonicMs() - startedMs) / 1000);
    }, drop);
    return entry;
  }

  private environment(drop: () => void): MemoEnvironment {
    return {
      store: this.store,
      clock: this.clock,
      filter: this.filter,
      budget: new MemoryBudget(this.options.sessionPendingMaxBytes, this.budget),
      backoff: this.options.backoff,
      writerName: this.nextWriterName(),
      onPersistFailure: (sessionId, error) => this.monitor.failed(sessionId, error),
      onPersistRecovery: (sessionId) => this.monitor.recovered(sessionId),
      onWithdrawn: (sessionId, error, operations) => this.monitor.withdrawn(sessionId, error, operations),
      onPersisted: (_sessionId, lagSeconds) => this.onPersisted(lagSeconds),
      onDead: drop,
      onClosed: drop,
    };
  }

  private onPersisted(lagSeconds: number): void {
    this.monitor.persisted(lagSeconds);
    this.own.record('persist_lag', lagSeconds);
  }

  private nextWriterName(): string {
    return `${this.processName}${(this.memos += 1).toString(36)}`;
  }

  private drop(sessionId: string, entry: LiveMemo): void {
    if (this.live.get(sessionId) !== entry) return;
    this.live.delete(sessionId);
    this.monitor.forget(sessionId);
  }
}
