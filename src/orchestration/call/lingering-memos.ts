import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { type MemoManager, MemoService } from '../../memo';

/** How long a call's memo is kept after its last turn: callers think before they answer. */
export const LINGER_MS = 60_000;

interface Lingering {
  readonly memo: MemoManager;
  readonly timer: NodeJS.Timeout;
}

/** The memos of calls between their turns: the next turn finds the session in memory. */
@Injectable()
export class LingeringMemos implements OnModuleDestroy {
  private readonly lingering = new Map<string, Lingering>();

  constructor(private readonly memos: MemoService) {}

  /** Each call of it is followed by one of `done`. @throws as {@link MemoService.restore} */
  take(sessionId: string): Promise<MemoManager> {
    return this.memos.restore(sessionId);
  }

  done(memo: MemoManager): void {
    this.release(this.lingering.get(memo.sessionId));
    const timer = setTimeout(() => this.forget(memo), LINGER_MS).unref();
    this.lingering.set(memo.sessionId, { memo, timer });
  }

  onModuleDestroy(): void {
    for (const kept of this.lingering.values()) clearTimeout(kept.timer);
  }

  private forget(memo: MemoManager): void {
    const kept = this.lingering.get(memo.sessionId);
    if (kept?.memo !== memo) return;
    this.lingering.delete(memo.sessionId);
    this.release(kept);
  }

  private release(kept: Lingering | undefined): void {
    if (!kept) return;
    clearTimeout(kept.timer);
    // What it could not write is counted and logged by the memo itself.
    this.memos.release(kept.memo).catch(() => undefined);
  }
}
