import { PCM16_BYTES_PER_MS } from '../pcm16';

/** Items whose length is remembered: a caller interrupts one of the last. */
const MOST_ITEMS = 64;

/** How much audio of each item has come. */
export class ReceivedAudio {
  private readonly bytes = new Map<string, number>();

  get isAny(): boolean {
    return this.bytes.size > 0;
  }

  add(itemId: string, data: Buffer): void {
    this.bytes.set(itemId, (this.bytes.get(itemId) ?? 0) + data.length);
    if (this.bytes.size <= MOST_ITEMS) return;
    for (const oldest of this.bytes.keys()) {
      this.bytes.delete(oldest);
      return;
    }
  }

  /** A place in an item, in whole milliseconds and not behind its end, which the model would refuse. */
  placeMs(itemId: string, audioEndMs: number): number {
    const bytes = this.bytes.get(itemId);
    const endMs = bytes === undefined ? Infinity : bytes / PCM16_BYTES_PER_MS;
    return Math.floor(Math.max(0, Math.min(audioEndMs, endMs)));
  }
}
