import type { MemoManager } from '../../memo';
import type { AgentMessage, TurnSpeech } from './turn-speech';

/** A reply that nobody has played to its end by then is taken for one that nobody will. */
const WATCH_MS = 60_000;

/**
 * Follows a turn's speech after the turn: where the caller interrupts it, its messages are cut to what was heard, and cut
 * anew when the consumer of the queue says how far it came.
 */
export class ReplyWatch {
  private stopWatching: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isOver = false;

  constructor(
    private readonly memo: MemoManager,
    private readonly speech: TurnSpeech,
    /** Of interruptions, when the turn began. */
    private readonly epoch: number,
    private readonly onOver: (watch: ReplyWatch) => void,
  ) {}

  start(): void {
    this.stopWatching = this.memo.onChange(() => this.look());
    this.timer = setTimeout(() => this.stop(), WATCH_MS).unref();
    this.look();
  }

  stop(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.stopWatching?.();
    clearTimeout(this.timer);
    this.onOver(this);
  }

  private look(): void {
    if (this.isOver) return;
    this.speech.parts.follow(this.memo);
    if (this.memo.epoch > this.epoch) for (const message of this.speech.messages) this.cut(message);
    if (this.speech.parts.isSettled(this.speech.count)) this.stop();
  }

  private cut(message: AgentMessage): void {
    const heard = message.reply.heard(this.speech.parts);
    const stored = this.memo
      .getHistory(message.agent.name)
      .findLast(({ meta }) => meta?.['turn'] === this.speech.turnId && meta['message'] === message.number);
    if (!stored?.seq || stored.content === heard) return;
    // Whoever interrupted has said what was heard: nobody knows better.
    if (stored.meta?.['interrupted'] !== undefined && !message.isCut) return;
    this.memo.truncateMessage(stored.seq, heard);
    this.memo.persistBackground();
  }
}
