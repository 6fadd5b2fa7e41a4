import { randomUUID } from 'node:crypto';
import type { ErrorCode } from '../../src/common/error-catalogue';
import { type MemoEnvironment, MemoManager, MemoryBudget } from '../../src/memo';
import type { Op } from '../../src/store/ops';
import type { SessionStore } from '../../src/store/session-store';
import { threadMessages } from '../../src/store/session-state';
import type { StoreHarness } from '../contract/session-store.contract';
import { embeddedHarness } from '../store/embedded.harness';
import { HeldStore } from '../support/held-store';
import { ManualClock } from '../support/manual-clock';

/** Sessions on the embedded store behind gates, memos of them, and what the memos tell their process. */
export class MemoHarness {
  readonly clock = new ManualClock();
  readonly failures: ErrorCode[] = [];
  readonly recoveries: string[] = [];
  readonly withdrawals: [code: ErrorCode, operations: number][] = [];
  readonly lags: number[] = [];
  closings = 0;
  /** How often each delay before a retry was asked for: numbers of attempts. */
  readonly backoffs: number[] = [];
  private writers = 0;

  private constructor(
    readonly store: HeldStore,
    /** The same data around the gates, as another process has it. */
    readonly other: SessionStore,
    private readonly embedded: StoreHarness,
  ) {}

  static async open(): Promise<MemoHarness> {
    const embedded = await embeddedHarness();
    return new MemoHarness(new HeldStore(embedded.store), embedded.store, embedded);
  }

  close(): Promise<void> {
    return this.embedded.close();
  }

  /** Time goes on in the memos and in the store. */
  async advance(seconds: number): Promise<void> {
    this.clock.advance(seconds);
    await this.embedded.advance(seconds);
  }

  /** A new session as an older service keeps it; its id. */
  async legacySession(history: readonly object[]): Promise<string> {
    const sessionId = randomUUID();
    await this.embedded.writeLegacy(sessionId, { corememory: '{}', chat_history: JSON.stringify({ a: history }) });
    return sessionId;
  }

  /** The older service writes it again, and tells nobody. */
  async rewriteLegacy(sessionId: string, history: readonly object[]): Promise<void> {
    await this.embedded.corrupt(sessionId, 'chat_history', JSON.stringify({ a: history }));
  }

  /** A new session; its id. */
  async session(...ops: Op[]): Promise<string> {
    const sessionId = randomUUID();
    await this.other.create(sessionId, 7200, { id: 'open', ops });
    return sessionId;
  }

  async memo(sessionId?: string, environment: Partial<MemoEnvironment> = {}): Promise<MemoManager> {
    return MemoManager.restore(sessionId ?? (await this.session()), this.environment(environment));
  }

  environment(changed: Partial<MemoEnvironment> = {}): MemoEnvironment {
    return {
      store: this.store,
      clock: this.clock,
      budget: new MemoryBudget(1024 * 1024),
      backoff: (attempt) => {
        this.backoffs.push(attempt);
        return 0;
      },
      writerName: `w${(this.writers += 1)}`,
      onPersistFailure: (_sessionId, error) => this.failures.push(error.code),
      onPersistRecovery: (sessionId) => this.recoveries.push(sessionId),
      onWithdrawn: (_sessionId, error, operations) => this.withdrawals.push([error.code, operations]),
      onPersisted: (_sessionId, lagSeconds) => this.lags.push(lagSeconds),
      onDead: () => undefined,
      onClosed: () => (this.closings += 1),
      ...changed,
    };
  }

  /** Another process changes the session. */
  async change(sessionId: string, ...ops: Op[]): Promise<void> {
    await this.other.apply(sessionId, { id: randomUUID(), ops });
  }

  /** What the store has of one agent's thread. */
  async stored(sessionId: string, agent = 'a'): Promise<string[]> {
    const { history } = await this.other.load(sessionId);
    return threadMessages(history.get(agent)).map(({ content }) => content);
  }
}

/** Says something in the thread of agent `a`. */
export function say(memo: { appendToHistory: MemoManager['appendToHistory'] }, ...contents: string[]): void {
  for (const content of contents) memo.appendToHistory('a', 'user', content);
}

/** What a memo shows of one agent's thread. */
export function heard(memo: { getHistory: MemoManager['getHistory'] }, agent = 'a'): string[] {
  return memo.getHistory(agent).map(({ content }) => content);
}

export async function codeOf(promise: Promise<unknown>): Promise<ErrorCode | 'resolved'> {
  return promise.then(
    () => 'resolved' as const,
    (error: { code: ErrorCode }) => error.code,
  );
}

/** With which code a synchronous call is refused. */
export function refusalOf(call: () => unknown): ErrorCode | 'accepted' {
  try {
    call();
    return 'accepted';
  } catch (error) {
    return (error as { code: ErrorCode }).code;
  }
}

/** Lets everything run that can run without an event from outside. */
export function idle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Whether a promise is still open once everything has run that can. */
export async function isOpen(promise: Promise<unknown>): Promise<boolean> {
  let open = true;
  const close = () => (open = false);
  promise.then(close, close);
  await idle();
  return open;
}
