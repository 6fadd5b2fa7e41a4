import type { ClientOp } from '../store/ops';
import { REMEMBERED_BATCHES } from '../store/session-store';
import { type AttachedFrame, Attachment } from './attachment';
import { BatchSender } from './batch-sender';
import { HandlerCalls } from './handler-calls';
import { LiveError } from './live-error';
import type { LiveChange, LiveTurnEvent, PushedFrame } from './live-frames';
import type { AcceptedBatch, ApplyOptions, LiveHandlers, LiveReceipt, LiveSessionHandle } from './live-handle';
import type { LiveSettings } from './live-options';
import type { LiveSocket } from './live-socket';
import { PlaybackRequests } from './playback-requests';
import { endsOf } from './pending-batch';
import type { PendingBudget } from './pending-budget';
import { Deferred, settledWithin } from './promises';
import { SeenRevisions } from './seen-revisions';
import { TurnRequests, type TurnTakingOptions } from './turn-requests';

export interface SessionContext {
  readonly settings: LiveSettings;
  readonly budget: PendingBudget;
  /** The session is of no use any more. */
  readonly onEnd: () => void;
}

/** One session over all connections: goes on where it was on each, and hands on what comes. */
export class LiveSession implements LiveSessionHandle {
  /** Settles when it is attached for the first time, or never will be. */
  readonly ready = new Deferred<LiveSessionHandle>();
  readonly playback: PlaybackRequests;
  private readonly turns: TurnRequests;
  private readonly calls: HandlerCalls;
  private readonly seen: SeenRevisions;
  private readonly sender: BatchSender;
  private readonly attachment: Attachment;
  /** Why it takes no batches any more. */
  private ended: LiveError | undefined;

  constructor(
    readonly sessionId: string,
    handlers: LiveHandlers,
    fromRevision: number | undefined,
    private readonly context: SessionContext,
  ) {
    const { settings, budget } = context;
    this.calls = new HandlerCalls(handlers);
    this.turns = new TurnRequests(sessionId);
    this.playback = new PlaybackRequests(sessionId, settings.nextBatchId());
    this.seen = new SeenRevisions(fromRevision);
    this.sender = new BatchSender(settings, budget, (revision) => void this.seen.add(revision));
    this.attachment = new Attachment(sessionId, settings, {
      revision: () => this.seen.last,
      onAttached: (socket, frame) => this.attached(socket, frame),
      onRefused: (error) => this.end(error, error.code),
    });
  }

  get revision(): number {
    return this.seen.last ?? 0;
  }

  up(socket: LiveSocket): void {
    this.attachment.up(socket);
    this.playback.up(socket);
    this.turns.up(socket);
  }

  down(): void {
    this.playback.down();
    this.turns.down();
    this.attachment.down();
    this.sender.stop();
  }

  apply(ops: readonly ClientOp[], options?: ApplyOptions<'durable'>): Promise<LiveReceipt>;
  apply(ops: readonly ClientOp[], options: ApplyOptions<'accepted'>): Promise<AcceptedBatch>;
  async apply(ops: readonly ClientOp[], { wait = 'durable', batchId }: ApplyOptions = {}): Promise<AcceptedBatch> {
    if (this.ended) throw this.ended;
    const id = batchId ?? this.context.settings.nextBatchId();
    const body = JSON.stringify({ type: 'ops', sessionId: this.sessionId, batchId: id, ops });
    const answer = new Deferred<AcceptedBatch>();
    const onRefused = (error: LiveError) => this.calls.refused(id, error);
    this.sender.add(id, body, endsOf(id, wait, answer, onRefused));
    return answer.promise;
  }

  takeTurn(transcript: string, options?: TurnTakingOptions): AsyncIterableIterator<LiveTurnEvent> {
    return this.turns.take(transcript, options);
  }

  pushed(frame: PushedFrame): void {
    switch (frame.type) {
      case 'change':
        return this.changed(frame);
      case 'state':
        this.seen.reset(frame.revision);
        return this.calls.state(frame.state);
      case 'interrupted':
        return this.calls.interrupted(frame);
      case 'agentChanged':
        return this.calls.agentChanged(frame);
      case 'overBudget':
        return this.calls.overBudget(frame);
      case 'closed':
        return this.closed(frame.reason, frame.reconnectAfterSeconds);
    }
  }

  async detach(): Promise<void> {
    if (this.ended) return;
    const { closeTimeoutMs } = this.context.settings;
    await settledWithin(closeTimeoutMs, this.leave());
    const released = this.attachment.release();
    this.end(new LiveError('session_closed', 'the session was detached'));
    await settledWithin(closeTimeoutMs, released);
  }

  /** Takes no further batches; resolves once nothing waits. */
  leave(): Promise<void> {
    this.ended ??= new LiveError('session_closed', 'the session is being left');
    return this.sender.whenIdle();
  }

  /** Nothing goes on here: what waits is rejected. A reason is told to whoever did not ask for it. */
  end(error: LiveError, reason?: string): void {
    this.ended = error;
    this.down();
    this.context.onEnd();
    this.sender.fail(error);
    this.ready.reject(error);
    if (reason !== undefined) this.calls.closed(reason);
  }

  private attached(socket: LiveSocket, { revision, state, changes = [] }: AttachedFrame): void {
    for (const change of changes) this.changed(change);
    if (state) this.catchUp(revision);
    this.seen.reset(revision);
    if (state) this.calls.state(state);
    this.ready.resolve(this);
    this.sender.start(socket);
  }

  private changed(change: LiveChange): void {
    // Told already, or ours: its receipt was lost with the connection before, and comes over this one.
    if (!this.seen.add(change.revision) || this.sender.isSent(change.batchId)) return;
    this.calls.changed(change);
  }

  /** The store knows a limited number of the last batches: what may lie further back can't be sent again unharmed. */
  private catchUp(revision: number): void {
    if (revision - (this.seen.last ?? revision) < REMEMBERED_BATCHES) return;
    const error = new LiveError('outcome_unknown', 'it was sent, and too much has happened since to send it again');
    this.sender.fail(error, ({ attempts }) => attempts > 0);
  }

  private closed(reason: string, reconnectAfterSeconds: number | undefined): void {
    if (reconnectAfterSeconds === undefined) {
      return this.end(new LiveError('session_closed', `the service closed the session (${reason})`), reason);
    }
    this.sender.stop();
    this.attachment.again(reconnectAfterSeconds * 1000);
  }
}
