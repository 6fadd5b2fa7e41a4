import { isParleyError } from '../../common/parley-error';
import type { MemoManager } from '../../memo';
import { cutInterrupted } from './cut-interrupted';
import { spokenMessages } from './spoken-message';

/** A reply that nobody has played to its end by then is taken for one that nobody will. */
const WATCH_MS = 60_000;

export interface ReplyListener {
  /** Somebody has begun to play the reply. */
  onAudible(): void;
  /** No more will become of it. */
  onOver(watch: ReplyWatch): void;
}

/**
 * Follows the speech of a session from the beginning of a turn until its reply is over: says when it becomes audible, and
 * cuts what the caller interrupts to what was heard.
 */
export class ReplyWatch {
  private readonly stopWatching: () => void;
  private timer: NodeJS.Timeout | undefined;
  /** Steps of the queue that are looked at; undefined: with the next change in any case. */
  private seen: number | undefined;
  private isAudible = false;
  private isOver = false;

  constructor(
    private readonly memo: MemoManager,
    private readonly turnId: string,
    private readonly listener: ReplyListener,
  ) {
    this.stopWatching = memo.onChange(() => this.note());
  }

  /** The turn has ended: nothing more is said in it. */
  turnEnded(): void {
    if (this.isOver) return;
    this.timer = setTimeout(() => this.stop(), WATCH_MS).unref();
  }

  stop(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.stopWatching();
    clearTimeout(this.timer);
    this.listener.onOver(this);
  }

  private note(): void {
    const { steps } = this.memo.playback;
    if (this.isOver || steps === this.seen) return;
    this.seen = steps;
    queueMicrotask(() => this.look());
  }

  private look(): void {
    if (this.isOver) return;
    try {
      this.follow();
    } catch (error) {
      if (!isParleyError(error)) throw error;
      // The session is over, or takes nothing any more.
      this.stop();
    }
  }

  private follow(): void {
    const own = spokenMessages(this.memo).filter(({ turn }) => turn === this.turnId);
    if (!this.isAudible && own.some(({ isTaken }) => isTaken)) {
      this.isAudible = true;
      this.listener.onAudible();
    }
    const isDone = cutInterrupted(this.memo);
    if (!isDone) this.seen = undefined;
    // A turn that is running writes what it has with its own words.
    if (!this.timer) return;
    this.memo.persistBackground();
    if (isDone && own.every(({ isSettled }) => isSettled)) this.stop();
  }
}
