import { ParleyError } from '../common/parley-error';
import { type PlaybackSource, PlaybackConsumer, type SettledPlayback } from '../playback';
import type { Op, PlaybackContent } from '../store/ops';
import {
  isConsumed,
  isPlaying,
  MAX_QUEUED_PLAYBACK,
  type PlaybackMessage,
  playbackMessages,
  queueLength,
} from '../store/playback';
import type { SessionPlayback } from '../store/session-store';

/** What the queue needs of the memory that it is part of. */
export interface PlaybackMemory {
  readonly sessionId: string;
  /** A name that no other memory of the session has. */
  readonly consumerName: string;
  /** With what this process has queued and the store has not confirmed. */
  playback(): SessionPlayback;
  /** How often something has become of a message of it. */
  steps(): number;
  mutate(op: Op): void;
  /** Makes operations durable behind everything that was mutated before. */
  commit(ops: readonly Op[]): Promise<unknown>;
  /** Brings the memory up to date with the store. */
  catchUp(): Promise<void>;
  nowSeconds(): number;
}

/**
 * What waits to be spoken in a session, as durable as the rest of it: first in, first out, one message at a time in all
 * processes. An interruption drops what waits and cuts what is playing, whoever causes it.
 */
export class PlaybackQueue {
  private readonly consumer: PlaybackConsumer;
  private cancelled = false;

  constructor(private readonly memory: PlaybackMemory) {
    const source: PlaybackSource = {
      sessionId: memory.sessionId,
      read: async (anew) => {
        if (anew) await memory.catchUp();
        return memory.playback();
      },
      commit: (ops) => memory.commit(ops),
      nowSeconds: () => memory.nowSeconds(),
    };
    this.consumer = new PlaybackConsumer(source, memory.consumerName);
  }

  /**
   * Queues something to be spoken: a text, or one with voice, locale and SSML flag.
   * @param epoch the epoch it was made in, such as the one that its turn began with
   * @throws ParleyError `epoch_passed` where the caller has interrupted since, `playback_full`. Where another process
   * knows better, the message is withdrawn when it is written, and the next persist says so.
   */
  enqueueMessage(message: string | PlaybackContent, epoch = this.memory.playback().epoch): void {
    const { sessionId } = this.memory;
    const { queue, epoch: current } = this.memory.playback();
    if (epoch < current) {
      throw new ParleyError('epoch_passed', `The caller of session ${sessionId} has interrupted since.`);
    }
    if (queueLength(queue) >= MAX_QUEUED_PLAYBACK) {
      throw new ParleyError(
        'playback_full',
        `The queue of session ${sessionId} holds ${MAX_QUEUED_PLAYBACK} messages.`,
      );
    }
    const content = typeof message === 'string' ? { text: message } : message;
    this.memory.mutate({ op: 'enqueuePlayback', message: content, epoch });
  }

  /** Drops what waits; what is playing goes on. */
  clearQueue(): void {
    if (this.queueSize() > 0) this.memory.mutate({ op: 'clearPlayback' });
  }

  /** As {@link PlaybackConsumer.next}: this process holds the message until it says what became of it. */
  getNextMessage(leaseSeconds?: number): Promise<PlaybackMessage | undefined> {
    return this.consumer.next(leaseSeconds);
  }

  /** As {@link PlaybackConsumer.renew}. */
  renewMessage(number: number, leaseSeconds?: number): Promise<unknown> {
    return this.consumer.renew(number, leaseSeconds);
  }

  /** As {@link PlaybackConsumer.done}. */
  messageDone(number: number, offset?: number): Promise<SettledPlayback> {
    return this.consumer.done(number, offset);
  }

  /** As {@link PlaybackConsumer.failed}. */
  messageFailed(number: number): Promise<SettledPlayback> {
    return this.consumer.failed(number);
  }

  /** How often a message was played or interrupted, as far as this process knows: the same number, the same outcomes. */
  get steps(): number {
    return this.memory.steps();
  }

  /** What is kept of the queue, oldest first. */
  messages(): PlaybackMessage[] {
    return playbackMessages(this.memory.playback().queue);
  }

  /** Messages that wait. */
  queueSize(): number {
    return queueLength(this.memory.playback().queue);
  }

  /** Whether a consumer, in whichever process, has a message. */
  isProcessing(): boolean {
    return isPlaying(this.memory.playback().queue, this.memory.nowSeconds());
  }

  /** Whether anybody plays the queue: of what is kept something is with a consumer, in whichever process, or was. */
  isConsumed(): boolean {
    return isConsumed(this.memory.playback().queue);
  }

  /** Whether media that this process is sending must stop: raised by an interruption, lowered by a resumption. */
  isMediaCancelled(): boolean {
    return this.cancelled;
  }

  setMediaCancelled(cancelled: boolean): void {
    this.cancelled = cancelled;
  }
}
