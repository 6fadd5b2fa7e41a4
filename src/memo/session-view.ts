import { applyChange } from '../store/apply-change';
import { INTERRUPTED_KEY, type Op } from '../store/ops';
import { PlaybackSteps } from '../store/playback';
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
  private unconfirmed: { readonly op: Op; readonly at: number }[] = [];
  private ownInterruptions = 0;

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
    this.layOne(op, at);
    this.onMoved?.();
  }

  /** Applies the next change of the store; its first `own` operations of ours are part of it. */
  confirm(change: Change, own: number): void {
    applyChange(this.confirmed, change);
    this.relay(own);
  }

  /** Starts from another state of the store, in which the first `own` of our operations are contained. */
  replace(state: SessionState, own: number): void {
    this.confirmed = state;
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
    const steps = this.unconfirmed.filter(({ op }) => PLAYBACK_OPS.includes(op.op));
    if (steps.length === 0) return { queue: this.confirmed.playback, interrupted, epoch };
    const { header, messages } = this.confirmed.playback;
    const queue = { header, messages: new Map(messages) };
    for (const { op, at } of steps) layPlayback(new PlaybackSteps(queue, at), op, epoch);
    return { queue, interrupted, epoch };
  }

  /** Forgets operations that will not be written. */
  withdraw(ops: ReadonlySet<Op>): void {
    this.unconfirmed = this.unconfirmed.filter(({ op }) => !ops.has(op));
    this.relay(0);
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

const PLAYBACK_OPS: readonly Op['op'][] = ['enqueuePlayback', 'clearPlayback', 'setInterrupted'];

function layPlayback(steps: PlaybackSteps, op: Op, epoch: number): void {
  if (op.op === 'enqueuePlayback') steps.enqueue(op.message, epoch);
  else if (op.op === 'clearPlayback') steps.clear();
  else if (op.op === 'setInterrupted' && op.value) steps.interrupt();
}
