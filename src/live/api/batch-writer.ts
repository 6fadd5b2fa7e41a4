import { ParleyError } from '../../common/parley-error';
import { parseOps } from '../../store/op-validation';
import type { OperationFilter } from '../../store/operation-filter';
import type { Receipt, SessionStore } from '../../store/session-store';
import type { ClientFrameOf } from '../frames/client-frames';
import type { LiveSocket } from './live-socket';
import { OwnBatches } from './own-batches';

interface Writing {
  readonly own: OwnBatches;
  batches: number;
}

/**
 * Writes the batches of one socket and answers them: `accepted` at once, `durable` when the store has them, or the one of
 * the two that the client waits for: each answer is a write to the socket, and two cost a quarter of a frame.
 */
export class BatchWriter {
  /** By session, as long as a batch of it is under way. */
  private readonly writing = new Map<string, Writing>();

  constructor(
    private readonly socket: LiveSocket,
    private readonly store: SessionStore,
    private readonly nextBatchId: () => string,
    private readonly filter: OperationFilter,
  ) {}

  /** The batches of a session that are under way: whoever attaches now is not told of them. */
  underWay(sessionId: string): OwnBatches | undefined {
    return this.writing.get(sessionId)?.own;
  }

  /**
   * Calls the store before it returns, because the store keeps the order of its calls.
   * @param attached the batches of the session's attachment, if it has one
   * @returns rejects as {@link SessionStore.apply}
   * @throws as {@link parseOps}
   */
  write(frame: ClientFrameOf<'ops'>, attached: () => OwnBatches | undefined): Promise<void> {
    const ops = this.filter(parseOps(frame.ops));
    const { id, sessionId, batchId = this.nextBatchId(), waitFor } = frame;
    const own = this.begin(sessionId, attached);
    own.sent(batchId);
    const receipt = this.store.apply(sessionId, { id: batchId, ops });
    const batch = { id, sessionId, batchId };
    if (waitFor !== 'durable') this.socket.frame({ type: 'accepted', ...batch });
    return this.follow(batch, receipt, own, waitFor !== 'accepted');
  }

  private async follow(
    batch: { readonly id: string; readonly sessionId: string; readonly batchId: string },
    written: Promise<Receipt>,
    own: OwnBatches,
    isAnswered: boolean,
  ): Promise<void> {
    const { sessionId, batchId } = batch;
    try {
      const { revision, messages, epoch, replicated, repeated = false } = await written;
      own.stored(batchId, revision, repeated);
      const told = { ...(epoch !== undefined && { epoch }), ...(replicated === false && { replicated }) };
      if (isAnswered) this.socket.frame({ type: 'durable', ...batch, revision, messages: [...messages], ...told });
    } catch (error) {
      // Of what can be tried again the outcome is not known: its change may still come.
      if (!(error instanceof ParleyError && error.retryable)) own.refused(batchId);
      throw error;
    } finally {
      this.finish(sessionId);
    }
  }

  private begin(sessionId: string, attached: () => OwnBatches | undefined): OwnBatches {
    let writing = this.writing.get(sessionId);
    if (!writing) this.writing.set(sessionId, (writing = { own: attached() ?? new OwnBatches(), batches: 0 }));
    writing.batches += 1;
    return writing.own;
  }

  private finish(sessionId: string): void {
    const writing = this.writing.get(sessionId);
    if (writing && (writing.batches -= 1) === 0) this.writing.delete(sessionId);
  }
}
