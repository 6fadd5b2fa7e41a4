import { Backoff } from './backoff';
import { LiveError, refusalOf } from './live-error';
import type { AnswerFrame } from './live-frames';
import type { LiveReceipt } from './live-handle';
import type { LiveSettings } from './live-options';
import type { LiveSocket } from './live-socket';
import type { BatchEnds, PendingBatch } from './pending-batch';
import type { PendingBudget } from './pending-budget';
import { Trouble } from './trouble';

/**
 * Brings the batches of one session to the service in the order in which they were given, each until it is durable or
 * refused for good. The next one leaves when the one before has come to its end, and not when it is accepted: between
 * the two the store can fail for a moment, and would take the next one first.
 */
export class BatchSender {
  /** By id, in their order. */
  private readonly batches = new Map<string, PendingBatch>();
  private readonly trouble: Trouble;
  private socket: LiveSocket | undefined;
  private underWay: PendingBatch | undefined;
  private pause: NodeJS.Timeout | undefined;
  private idle: (() => void)[] = [];

  constructor(
    settings: LiveSettings,
    private readonly budget: PendingBudget,
    private readonly onDurable: (revision: number) => void,
  ) {
    this.trouble = new Trouble(new Backoff(settings.backoff), settings.giveUpAfterMs);
  }

  /** @throws LiveError where it can't be taken */
  add(id: string, body: string, ends: BatchEnds): void {
    if (this.batches.has(id)) throw new LiveError('batch_pending', 'a batch with this id is on its way already');
    this.budget.take();
    this.batches.set(id, { id, body, ends, attempts: 0 });
    this.sendNext();
  }

  /** From now on batches go this way. */
  start(socket: LiveSocket): void {
    this.stop();
    this.socket = socket;
    this.sendNext();
  }

  /** What is under way may have arrived or not: it is sent again. */
  stop(): void {
    this.socket = undefined;
    this.underWay = undefined;
    clearTimeout(this.pause);
    this.pause = undefined;
  }

  /**
   * Whether a batch is one of ours that was sent. That its change has come is not the end of it: whether replicas have it
   * the receipt alone says, which the batch is sent again for.
   */
  isSent(batchId: string): boolean {
    return (this.batches.get(batchId)?.attempts ?? 0) > 0;
  }

  fail(error: LiveError, which: (batch: PendingBatch) => boolean = () => true): void {
    for (const batch of [...this.batches.values()].filter(which)) this.settle(batch, ({ failed }) => failed(error));
  }

  /** Resolves once nothing waits. */
  async whenIdle(): Promise<void> {
    if (this.batches.size > 0) await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private sendNext(): void {
    const [batch] = this.batches.values();
    if (!batch || !this.socket || this.pause || this.underWay) return;
    const attempt = (batch.attempts += 1);
    if (attempt > 1) this.budget.resends += 1;
    this.underWay = batch;
    this.socket.request(batch.body, (frame) => this.answered(batch, frame, batch.attempts === attempt));
  }

  /** An answer to an earlier attempt counts only if it says that the batch is durable: that stays true. */
  private answered(batch: PendingBatch, frame: AnswerFrame, isLatest: boolean): void {
    if (frame.type === 'durable') {
      this.trouble.over();
      this.onDurable(frame.revision);
      this.settle(batch, ({ durable }) => durable(receiptOf(frame)));
    } else if (isLatest && frame.type === 'accepted') batch.ends.accepted();
    else if (isLatest && frame.type === 'error') this.refused(batch, refusalOf(frame));
  }

  private refused(batch: PendingBatch, error: LiveError): void {
    // Given up in the meantime, or an earlier answer has come.
    if (this.batches.get(batch.id) !== batch) return;
    const pauseMs = error.retryable ? this.trouble.pauseMs() : undefined;
    if (pauseMs === undefined) return this.settle(batch, ({ failed }) => failed(error));
    this.underWay = undefined;
    this.pause = setTimeout(() => {
      this.pause = undefined;
      this.sendNext();
    }, pauseMs);
  }

  private settle(batch: PendingBatch, tell: (ends: BatchEnds) => void): void {
    if (this.batches.get(batch.id) !== batch) return;
    this.batches.delete(batch.id);
    if (this.underWay === batch) this.underWay = undefined;
    this.budget.give();
    tell(batch.ends);
    this.sendNext();
    if (this.batches.size > 0) return;
    for (const resolve of this.idle.splice(0)) resolve();
  }
}

/** Of a frame, without what else it holds. */
function receiptOf({ batchId, revision, messages, epoch, replicated }: LiveReceipt): LiveReceipt {
  const told = { ...(epoch !== undefined && { epoch }), ...(replicated === false && { replicated }) };
  return { batchId, revision, messages, ...told };
}
