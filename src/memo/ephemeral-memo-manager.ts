import { type Clock, nowSeconds } from '../common/clock';
import type { Op } from '../store/ops';
import { emptyState } from '../store/session-state';
import { prepareOp } from './prepare-op';
import { SessionMemory } from './session-memory';
import { SessionView } from './session-view';

/**
 * A session's memory that cannot be persisted: it is given no store, so there is no way from it to one. For dry runs,
 * previews, and what a caller has not consented to keep.
 */
export class EphemeralMemoManager extends SessionMemory {
  private lastSeq = 0;

  constructor(
    sessionId: string,
    private readonly clock: Clock,
  ) {
    super(sessionId, new SessionView(emptyState(sessionId)), clock, 'ephemeral');
  }

  /** There is nobody else to number messages or to overtake them: every mutation is confirmed at once. */
  protected override mutate(candidate: Op): void {
    this.confirm(prepareOp(candidate).op);
  }

  protected override async commit(ops: readonly Op[]): Promise<void> {
    for (const op of ops) this.confirm(op);
  }

  /** There is nothing that it could be behind. */
  protected override catchUp(): Promise<void> {
    return Promise.resolve();
  }

  private confirm(op: Op): void {
    const messages = op.op === 'append' ? [(this.lastSeq += 1)] : [];
    const at = nowSeconds(this.clock);
    this.view.confirm({ kind: 'change', batchId: '', revision: this.revision + 1, messages, at, ops: [op] }, 0);
  }
}
