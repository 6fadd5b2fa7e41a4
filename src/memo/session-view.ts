import { applyChange } from '../store/apply-change';
import { INTERRUPTED_KEY, type Op } from '../store/ops';
import { type Playback, PlaybackSteps } from '../store/playback';
import type { SessionState } from '../store/session-state';
import type { Change, SessionPlayback } from '../store/session-store';
import { ChatHistory } from './chat-history';
import { CoreMemory } from './core-memory';

/**
 * A session as this process sees it: what the store has confirmed, and over it the changes made here that it has not.
 * Changes of others go under ours, because ours reach the store after them.
 */
export class SessionView {
  readonly core: CoreMemory;
  readonly history: ChatHistory;
  /** Called after every change of what this process sees. */
  onMoved: (() => void) | undefined;
  /** How often what was queued to be spoken was played, or was interrupted. */
  playbackSteps = 0;
  private unconfirmed: { readonly op: Op; readonly at: number }[] = [];
  private ownInterruptions = 0;
  /** The playback queue as it is, once somebody has asked. */
  private laid: Playback | undefined;

  constructor(private confirmed: SessionState) {
    this.core = new CoreMemory(confirmed);
    this.history = new ChatHistory(confirmed);
  }

  /** What the store has, as far as this process knows. */
  get state(): SessionState {
    return this.confirmed;
  }

  lay(op: Op, at: number): void {
    this.unconfirmed.push({ op, at });
    this.follow(op);
    this.layOne(op, at);
    this.onMoved?.();
  }

  /** Applies the next change of the store; its first `own` operations of ours are part of it. */
  confirm(change: Change, own: number): void {
    applyChange(this.confirmed, change);
    for (const op of change.ops) this.follow(op);
    this.relay(own);
  }

  /** Starts from another state of the store, in which the first `own` of our operations are contained. */
  replace(state: SessionState, own: number): void {
    this.confirmed = state;
    this.playbackMoved();
    this.relay(own);
  }

  private relay(own: number): void {
    if (own > 0) this.unconfirmed = this.unconfirmed.slice(own);
    this.core.layOn(this.confirmed);
    this.history.layOn(this.confirmed);
    this.ownInterruptions = 0;
    for (const { op, at } of this.unconfirmed) this.layOne(op, at);
    this.onMoved?.();
  }

  /** How often the caller has interrupted, unconfirmed ones included. */
  get epoch(): number {
    return this.confirmed.epoch + this.ownInterruptions;
  }

  /** What waits to be spoken, unconfirmed messages included. */
  get playback(): SessionPlayback {
    const { interrupted, epoch } = this;
    this.laid ??= this.laidPlayback();
    return { queue: this.laid, interrupted, epoch };
  }

  private laidPlayback(): Playback {
    const steps = this.unconfirmed.filter(({ op: { op } }) => PLAYBACK_OPS.has(op));
    if (steps.length === 0) return this.confirmed.playback;
    const { header, messages } = this.confirmed.playback;
    const queue = { header, messages: new Map(messages) };
    for (const { op, at } of steps) layPlayback(new PlaybackSteps(queue, at), op, this.epoch);
    return queue;
  }

  /** Forgets operations that will not be written. */
  withdraw(ops: ReadonlySet<Op>): void {
    this.unconfirmed = this.unconfirmed.filter(({ op }) => !ops.has(op));
    this.playbackMoved();
    this.relay(0);
  }

  private follow({ op }: Op): void {
    if (op === 'movePlayback' || op === 'setInterrupted') this.playbackMoved();
    else if (PLAYBACK_OPS.has(op)) this.laid = undefined;
  }

  private playbackMoved(): void {
    this.playbackSteps += 1;
    this.laid = undefined;
  }

  get interrupted(): boolean {
    return this.core.getContext(INTERRUPTED_KEY) === true;
  }

  private layOne(op: Op, at: number): void {
    this.core.lay(op);
    if (op.op === 'setInterrupted' && op.value) this.ownInterruptions += 1;
    this.history.lay(op, at);
  }
}

const PLAYBACK_OPS: ReadonlySet<Op['op']> = new Set(['enqueuePlayback', 'clearPlayback', 'setInterrupted']);

function layPlayback(steps: PlaybackSteps, op: Op, epoch: number): void {
  if (op.op === 'enqueuePlayback') steps.enqueue(op.message, epoch);
  else if (op.op === 'clearPlayback') steps.clear();
  else if (op.op === 'setInterrupted' && op.value) steps.interrupt();
}
