import { isParleyError, ParleyError } from '../common/parley-error';
import { MAX_BATCH_OPS, type Op } from '../store/ops';
import type { Batch } from '../store/session-store';
import type { MemoryBudget } from './memory-budget';
import type { PreparedOp } from './prepare-op';

/** Bytes of operations in one batch: large enough for any turn, small enough to be a short script in Redis. */
const MAX_BATCH_BYTES = 256 * 1024;

export interface WriteBehindPort {
  /** Makes a batch durable; rejects with a ParleyError. Called for one batch at a time. */
  write(batch: FormedBatch): Promise<void>;
  nextBatchId(): string;
  /** A batch was formed; from now on it keeps its id and content until it is written. */
  onFormed(batch: Batch): void;
  /**
   * The store refuses a batch for what a few of its operations are about. Says which of them are withdrawn, so that the
   * others are written without them; undefined where the refusal is of another kind.
   */
  withdraw(batch: FormedBatch, error: ParleyError): Promise<ReadonlySet<Op> | undefined>;
  /** A batch was refused and is replaced by another one, or by nothing where all of it was withdrawn. */
  onReformed(reformed: ReformedBatch): void;
  /** An attempt failed. It is made again where the error is retryable; else the changes are lost and this is the end. */
  onFailure(error: ParleyError): void;
  /** Everything is written that was mutated so far. */
  onDrained(): void;
}

export interface ReformedBatch {
  readonly refused: FormedBatch;
  readonly batch: FormedBatch | undefined;
  readonly withdrawn: ReadonlySet<Op>;
  readonly error: ParleyError;
}

/** How long to wait before try number `attempt`, from 1; jitter included. */
export type Backoff = (attempt: number) => number;

interface PendingOp extends PreparedOp {
  /** When it was added, on the caller's monotonic clock. */
  readonly sinceMs: number;
  /** Of the lease under which it was made. */
  readonly fence: number | undefined;
}

interface Submission {
  kind: 'background' | 'awaited';
  readonly ops: PendingOp[];
  /** Somebody waits for exactly this: later work must not join it. */
  sealed: boolean;
  readonly outcome: Promise<void>;
  readonly settle: (error: ParleyError | undefined) => void;
}

export interface FormedBatch extends Batch {
  readonly bytes: number;
  /** When its oldest change was added. */
  readonly sinceMs: number;
}

/**
 * The order in which a memo's changes reach the store.
 *
 * Changes are *pending* until a call captures them into a *submission*; submissions wait in a queue and are written
 * in *attempts*, one at a time. An attempt takes all that is queued, cuts it into batches and writes them in order; its
 * first failure ends it, and every submission not yet written by then fails with it. Batches that were formed but not
 * written stay in front, with their ids, so a write of unknown outcome is repeated and never doubled, and nothing
 * overtakes it.
 */
export class WriteBehind {
  private pending: PendingOp[] = [];
  private queue: Submission[] = [];
  /** Submissions of the attempt that is running. */
  private attempted: Submission[] = [];
  private unwritten: FormedBatch[] = [];
  /** Why operations of the submission that is being written were withdrawn, where any were. */
  private withdrawal: ParleyError | undefined;
  private running = false;
  private failures = 0;
  private retryTimer: NodeJS.Timeout | undefined;
  private broken: ParleyError | undefined;

  constructor(
    private readonly port: WriteBehindPort,
    private readonly budget: MemoryBudget,
    private readonly backoff: Backoff,
  ) {}

  /** Whether anything mutated is not durable yet. */
  get hasUnwritten(): boolean {
    return this.pending.length > 0 || this.queue.length > 0 || this.unwritten.length > 0 || this.running;
  }

  /** @throws ParleyError `pending_overflow` */
  add(prepared: PreparedOp, sinceMs: number, fence?: number): void {
    this.budget.take(prepared.bytes);
    this.pending.push({ ...prepared, sinceMs, fence });
  }

  /**
   * Resolves when everything added before the call is durable; rejects if one attempt fails, and with the refusal where
   * operations were withdrawn.
   */
  persist(): Promise<void> {
    const tail = this.captureInto('awaited');
    tail.kind = 'awaited';
    tail.sealed = true;
    this.start();
    return tail.outcome;
  }

  persistBackground(): void {
    if (this.pending.length === 0) return;
    this.captureInto('background');
    // While the store is failing the retry takes it along: background work never hurries a store that is down.
    if (!this.retryTimer) this.start();
  }

  /** Waits for all that was submitted before the call, then reports its first failure. */
  async flush(): Promise<void> {
    const boundary = [...this.attempted, ...this.queue];
    for (const submission of this.queue) submission.sealed = true;
    if (boundary.length === 0 && this.unwritten.length > 0) boundary.push(this.enqueue('awaited', []));
    if (this.queue.length > 0) this.start();
    const outcomes = await Promise.allSettled(boundary.map((submission) => submission.outcome));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** Only the end of the queue can be withdrawn: a persist() promised whatever stands before it. */
  cancel(): boolean {
    let withdrawn = false;
    while (this.queue.at(-1)?.kind === 'background') {
      const submission = this.queue.pop() as Submission;
      this.pending = [...submission.ops, ...this.pending];
      submission.settle(new ParleyError('persist_withdrawn', 'The scheduled write was withdrawn.'));
      withdrawn = true;
    }
    return withdrawn;
  }

  /** Gives up for good: everything unwritten is dropped and every waiter is told why. Says whether there was any. */
  abandon(error: ParleyError): boolean {
    this.broken = error;
    clearTimeout(this.retryTimer);
    const dropped = [...this.pending, ...this.queue.flatMap((submission) => submission.ops), ...this.unwritten];
    for (const { bytes } of dropped) this.budget.give(bytes);
    for (const submission of this.queue) submission.settle(error);
    this.pending = [];
    this.queue = [];
    this.unwritten = [];
    return dropped.length > 0;
  }

  /** Moves what is pending into the last submission where that is open, else into one of its own. */
  private captureInto(kind: Submission['kind']): Submission {
    const ops = this.pending;
    this.pending = [];
    const tail = this.queue.at(-1);
    if (!tail || (tail.sealed && ops.length > 0)) return this.enqueue(kind, ops);
    for (const op of ops) tail.ops.push(op);
    return tail;
  }

  private enqueue(kind: Submission['kind'], ops: PendingOp[]): Submission {
    let settle!: Submission['settle'];
    const outcome = new Promise<void>((resolve, reject) => {
      settle = (error) => (error ? reject(error) : resolve());
    });
    // A failure reaches whoever waits; where nobody does, it is counted and logged through the port.
    outcome.catch(() => undefined);
    const submission: Submission = { kind, ops, sealed: false, outcome, settle };
    this.queue.push(submission);
    return submission;
  }

  /** Starts in a microtask, so that what is submitted in one go is written in one go. */
  private start(): void {
    if (this.running) return;
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    this.running = true;
    queueMicrotask(() => void this.run());
  }

  private async run(): Promise<void> {
    let error: ParleyError | undefined;
    do {
      error = await this.attempt();
      if (error) this.onFailed(error);
    } while (error ? this.queue.some((submission) => submission.sealed) : this.queue.length > 0);
    this.running = false;
    if (error && !this.broken) {
      this.retryTimer = setTimeout(() => this.start(), this.backoff(this.failures)).unref();
    } else if (!this.hasUnwritten) this.port.onDrained();
  }

  private onFailed(error: ParleyError): void {
    if (this.broken) return;
    this.failures += 1;
    if (!error.retryable) this.abandon(error);
    this.port.onFailure(error);
  }

  private async attempt(): Promise<ParleyError | undefined> {
    this.attempted = this.queue;
    this.queue = [];
    const goals = this.attempted.map((submission) => ({ submission, batches: this.form(submission.ops) }));
    let error = this.broken;
    let written = 0;
    for (const { submission, batches } of goals) {
      this.withdrawal = undefined;
      for (; written < batches && !error; written += 1) error = await this.writeFirst();
      submission.settle(error ?? this.withdrawal);
    }
    this.attempted = [];
    while (!error && this.unwritten.length > 0) error = await this.writeFirst();
    return error;
  }

  /** Cuts operations into batches behind those that wait; returns how many wait then. */
  private form(ops: readonly PendingOp[]): number {
    let batch: PendingOp[] = [];
    let bytes = 0;
    const cut = () => {
      const [oldest] = batch;
      if (!oldest) return;
      const { sinceMs, fence } = oldest;
      const ops = batch.map(({ op }): Op => op);
      const formed = { id: this.port.nextBatchId(), ops, bytes, sinceMs, ...(fence !== undefined && { fence }) };
      this.unwritten.push(formed);
      this.port.onFormed(formed);
      batch = [];
      bytes = 0;
    };
    for (const op of ops) {
      const isFull = batch.length === MAX_BATCH_OPS || bytes + op.bytes > MAX_BATCH_BYTES;
      if (isFull || op.fence !== batch[0]?.fence) cut();
      batch.push(op);
      bytes += op.bytes;
    }
    cut();
    return this.unwritten.length;
  }

  private async writeFirst(): Promise<ParleyError | undefined> {
    const [batch] = this.unwritten;
    if (!batch || this.broken) return this.broken;
    try {
      await this.port.write(batch);
    } catch (cause) {
      if (isParleyError(cause)) return this.onRefused(batch, cause);
      return new ParleyError('store_unavailable', 'The store failed in an unknown way.', { cause });
    }
    // Whoever gave up in the meantime has already given the bytes back.
    if (this.broken) return this.broken;
    this.unwritten.shift();
    this.budget.give(batch.bytes);
    this.failures = 0;
    return undefined;
  }

  private async onRefused(batch: FormedBatch, error: ParleyError): Promise<ParleyError | undefined> {
    const outcome = await this.reform(batch, error);
    if (outcome === 'gone') return undefined;
    return outcome === 'smaller' ? this.writeFirst() : error;
  }

  /**
   * Takes the operations out that the store refuses a batch for. Nothing of a refused batch was applied, so the others
   * may go under another id. Undefined where the refusal is of another kind.
   */
  private async reform(refused: FormedBatch, error: ParleyError): Promise<'smaller' | 'gone' | undefined> {
    const withdrawn = await this.port.withdraw(refused, error);
    if (!withdrawn || withdrawn.size === 0 || this.broken) return undefined;
    const ops = refused.ops.filter((op) => !withdrawn.has(op));
    const batch = ops.length > 0 ? { ...refused, id: this.port.nextBatchId(), ops } : undefined;
    this.unwritten.splice(0, 1, ...(batch ? [batch] : []));
    if (!batch) this.budget.give(refused.bytes);
    this.withdrawal = error;
    this.port.onReformed({ refused, batch, withdrawn, error });
    return batch ? 'smaller' : 'gone';
  }
}
