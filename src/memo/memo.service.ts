import { randomBytes } from 'node:crypto';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { CLOCK, type Clock } from '../common/clock';
import { ParleyError } from '../common/parley-error';
import { parseOps } from '../store/op-validation';
import type { Op } from '../store/ops';
import { SESSION_STORE, type SessionStore } from '../store/session-store';
import { MEMO_OPTIONS, type MemoOptions } from './memo-options';
import { type MemoEnvironment, MemoManager } from './memo-manager';
import { MemoryBudget } from './memory-budget';
import { PersistMonitor } from './persist-monitor';

interface LiveMemo {
  users: number;
  readonly memo: Promise<MemoManager>;
  closing: Promise<void> | undefined;
}

/** The memos of this process: one live memo a session, shared by its users and closed when the last one leaves. */
@Injectable()
export class MemoService implements OnApplicationShutdown {
  private readonly logger = new Logger(MemoService.name);
  private readonly live = new Map<string, LiveMemo>();
  private readonly budget: MemoryBudget;
  private readonly processName = randomBytes(6).toString('hex');
  private memos = 0;
  private stopping = false;

  constructor(
    @Inject(SESSION_STORE) private readonly store: SessionStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(MEMO_OPTIONS) private readonly options: MemoOptions,
    private readonly monitor: PersistMonitor,
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
    const batch = { id: `${this.nextWriterName()}.open`, ops: ops.length > 0 ? parseOps(ops) : [] };
    await this.store.create(sessionId, ttlSeconds, batch);
    return this.restore(sessionId);
  }

  /**
   * The session's live memo: restored from the store for the first user, shared with the others. Each caller
   * releases it once. @throws as {@link SessionStore.load}
   */
  async restore(sessionId: string): Promise<MemoManager> {
    if (this.stopping) throw new ParleyError('shutting_down', 'The service is shutting down.');
    const known = this.live.get(sessionId);
    if (known?.closing) {
      // Its last changes must be in the store before the session is read again.
      await known.closing;
      return this.restore(sessionId);
    }
    const entry = known ?? this.start(sessionId);
    entry.users += 1;
    return entry.memo;
  }

  /** One user less; the last one closes the memo and learns whether all is durable. */
  async release(sessionId: string): Promise<void> {
    const entry = this.live.get(sessionId);
    if (!entry || entry.closing) return;
    entry.users -= 1;
    if (entry.users > 0) return;
    entry.closing = entry.memo.then((memo) => memo.close());
    await entry.closing;
  }

  /**
   * Writes what is pending, within the configured time, and names what could not be written.
   */
  async onApplicationShutdown(): Promise<void> {
    this.stopping = true;
    const signal = AbortSignal.timeout(this.options.shutdownTimeoutMs);
    await Promise.all([...this.live].map(([sessionId, entry]) => this.closeNow(sessionId, entry, signal)));
  }

  private async closeNow(sessionId: string, entry: LiveMemo, signal: AbortSignal): Promise<void> {
    const memo = await entry.memo.catch(() => undefined);
    if (!memo) return;
    for (;;) {
      try {
        return await memo.close({ signal });
      } catch (error) {
        const code = error instanceof ParleyError ? error.code : 'internal_error';
        const retryable = error instanceof ParleyError && error.retryable && !signal.aborted;
        if (!retryable) {
          this.logger.error({ msg: 'changes could not be written before the end', sessionId, code });
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, this.options.backoff(1)));
      }
    }
  }

  private start(sessionId: string): LiveMemo {
    const entry: LiveMemo = {
      users: 0,
      memo: MemoManager.restore(sessionId, this.environment(sessionId)),
      closing: undefined,
    };
    this.live.set(sessionId, entry);
    // One that can't be restored is nobody's: the next user tries anew.
    entry.memo.catch(() => this.drop(sessionId, entry));
    return entry;
  }

  private environment(sessionId: string): MemoEnvironment {
    return {
      store: this.store,
      clock: this.clock,
      budget: new MemoryBudget(this.options.sessionPendingMaxBytes, this.budget),
      backoff: this.options.backoff,
      writerName: this.nextWriterName(),
      onPersistFailure: (id, error) => this.monitor.failed(id, error),
      onPersistRecovery: (id) => this.monitor.recovered(id),
      onPersisted: (_id, lagSeconds) => this.monitor.persisted(lagSeconds),
      onClosed: (id) => this.drop(id, this.live.get(sessionId)),
    };
  }

  private nextWriterName(): string {
    return `${this.processName}${(this.memos += 1).toString(36)}`;
  }

  private drop(sessionId: string, entry: LiveMemo | undefined): void {
    if (this.live.get(sessionId) === entry) this.live.delete(sessionId);
    this.monitor.forget(sessionId);
  }
}
