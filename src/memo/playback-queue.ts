import { ParleyError } from '../common/parley-error';
import type { JsonValue } from '../common/json';

/** Messages that may wait to be spoken: minutes of speech, so more mean that nobody takes them. */
const MAX_QUEUED = 1000;

/** What waits to be spoken in this process, first in, first out. */
export class PlaybackQueue {
  private messages: JsonValue[] = [];
  private processing = false;
  private cancelled = false;

  /** @throws ParleyError `pending_overflow` */
  enqueueMessage(message: JsonValue): void {
    if (this.messages.length >= MAX_QUEUED) {
      throw new ParleyError('pending_overflow', `The playback queue holds ${MAX_QUEUED} messages.`);
    }
    this.messages.push(message);
  }

  getNextMessage(): JsonValue | undefined {
    return this.messages.shift();
  }

  clearQueue(): void {
    this.messages = [];
  }

  queueSize(): number {
    return this.messages.length;
  }

  isProcessing(): boolean {
    return this.processing;
  }

  setProcessing(processing: boolean): void {
    this.processing = processing;
  }

  isMediaCancelled(): boolean {
    return this.cancelled;
  }

  setMediaCancelled(cancelled: boolean): void {
    this.cancelled = cancelled;
  }

  /** The caller speaks: nothing that waited may be spoken any more, and what plays must stop. */
  resetOnInterrupt(): void {
    this.messages = [];
    this.processing = false;
    this.cancelled = true;
  }
}
