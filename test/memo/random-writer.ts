import { type MemoManager, MemoManager as Memo, MemoryBudget } from '../../src/memo';
import type { SessionStore } from '../../src/store/session-store';
import { ManualClock } from '../support/manual-clock';
import { LossyStore } from './lossy-store';
import { LOG, mutate, type Step } from './random-steps';

/** One process with a memo of the session, that does as it is told and watches that nothing goes missing. */
export class RandomWriter {
  /** How much it has said, and how much of that was acknowledged. */
  private said = 0;
  private acknowledged = 0;
  private readonly waiting: Promise<void>[] = [];

  private constructor(
    private readonly name: string,
    readonly memo: MemoManager,
    private readonly lossy: LossyStore,
    private readonly store: SessionStore,
  ) {}

  static async open(name: string, sessionId: string, store: SessionStore): Promise<RandomWriter> {
    const lossy = new LossyStore(store);
    const nothing = () => undefined;
    const memo = await Memo.restore(sessionId, {
      store: lossy,
      clock: new ManualClock(),
      budget: new MemoryBudget(1024 * 1024),
      backoff: () => 1,
      writerName: name,
      onPersistFailure: nothing,
      onPersistRecovery: nothing,
      onWithdrawn: nothing,
      onPersisted: nothing,
      onDead: nothing,
      onClosed: nothing,
    });
    return new RandomWriter(name, memo, lossy, store);
  }

  async take(step: Step): Promise<void> {
    switch (step.does) {
      case 'say':
        this.memo.appendToHistory(LOG, 'user', 'a long message', { meta: { writer: this.name, n: this.said } });
        this.said += 1;
        break;
      case 'cut':
        this.cut(step.index);
        break;
      case 'mutate':
        mutate(this.memo, step.op);
        break;
      case 'breakWrites':
        this.lossy.breakWrites(step.faults);
        break;
      case 'breakFeed':
        this.lossy.breakFeed(step.faults);
        break;
      default:
        await this.persistOrRead(step.does);
    }
    expect(this.sayings(this.memo.getHistory(LOG))).toEqual(upTo(this.said));
  }

  private async persistOrRead(does: Exclude<Step['does'], 'say' | 'cut' | 'mutate' | 'breakWrites' | 'breakFeed'>) {
    switch (does) {
      case 'persist':
        this.waiting.push(this.persistAndCheck());
        return;
      case 'background':
        return this.memo.persistBackground();
      case 'cancel':
        return void this.memo.cancelPendingPersist();
      case 'flush':
        return void this.waiting.push(this.memo.flushPendingPersist().catch(() => undefined));
      case 'refresh':
        return this.memo.refresh();
      case 'check':
        return void (await this.memo.checkForChanges());
      case 'pause':
        return void (await this.store.readRevision(this.memo.sessionId));
    }
  }

  private cut(index: number): void {
    const messages = this.memo.getHistory(LOG).filter(({ seq }) => seq !== null && seq > 0);
    const message = messages[index % messages.length];
    if (message?.seq) this.memo.truncateMessage(message.seq, message.content.slice(0, -1));
  }

  /** Where it is acknowledged, it is there. */
  private async persistAndCheck(): Promise<void> {
    const { said } = this;
    try {
      await this.memo.persist();
    } catch {
      return;
    }
    this.acknowledged = Math.max(this.acknowledged, said);
    const { history } = await this.store.load(this.memo.sessionId);
    expect(this.sayings(history.get(LOG)?.messages ?? []).slice(0, said)).toEqual(upTo(said));
  }

  /** The network is good again: writes all that is left, and one more so that whoever missed something notices. */
  async settle(): Promise<void> {
    this.lossy.heal();
    await Promise.all(this.waiting);
    this.memo.setContext(`settled by ${this.name}`, true);
    await this.memo.persist().catch(() => this.memo.persist());
  }

  /** Nothing lost, nothing doubled, nothing out of order. */
  checkAll(messages: readonly { readonly meta?: unknown }[]): void {
    expect(this.memo.hasUnwritten).toBe(false);
    expect(this.acknowledged).toBeLessThanOrEqual(this.said);
    expect(this.sayings(messages)).toEqual(upTo(this.said));
  }

  private sayings(messages: readonly { readonly meta?: unknown }[]): number[] {
    const metas = messages.map(({ meta }) => meta as { writer: string; n: number } | undefined);
    return metas.flatMap((meta) => (meta?.writer === this.name ? [meta.n] : []));
  }
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
