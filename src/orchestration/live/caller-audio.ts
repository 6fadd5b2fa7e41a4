import { PCM16_BYTES_PER_MS } from '../realtime';

/** How much of what the caller said last is kept, to be said again over another connection. */
const KEPT_MS = 5_000;

interface Chunk {
  /** Its place in the audio of this connection, in bytes. */
  readonly from: number;
  readonly data: Buffer;
}

/** The caller's last audio: what a connection has taken with it can be said again over the next one. */
export class CallerAudio {
  private chunks: Chunk[] = [];
  private sentBytes = 0;
  private keptBytes = 0;
  /** Where the utterances begin whose words are not known, by their item. */
  private readonly unwritten = new Map<string, number>();
  /** Where that begins which no connection has taken. */
  private unsentFrom: number | undefined;

  /** @param isSent false while there is no connection: it is said over the next one */
  add(data: Buffer, isSent: boolean): void {
    if (!isSent) this.unsentFrom ??= this.sentBytes;
    this.chunks.push({ from: this.sentBytes, data });
    this.sentBytes += data.length;
    this.keptBytes += data.length;
    while (this.keptBytes > KEPT_MS * PCM16_BYTES_PER_MS && this.chunks.length > 1) {
      this.keptBytes -= this.chunks.shift()?.data.length ?? 0;
    }
  }

  began(itemId: string, audioStartMs: number): void {
    if (!this.unwritten.has(itemId)) this.unwritten.set(itemId, audioStartMs * PCM16_BYTES_PER_MS);
  }

  /** Its words are known, or will never be. */
  written(itemId: string): void {
    this.unwritten.delete(itemId);
  }

  /** Whether there is an utterance whose words are not known. */
  get hasUtterance(): boolean {
    return this.unwritten.size > 0;
  }

  /** What the next connection must hear; the count of its audio begins anew. */
  takeUnwritten(): Buffer[] {
    const from = Math.min(...this.unwritten.values(), this.unsentFrom ?? Infinity);
    const again = this.chunks.filter((chunk) => chunk.from + chunk.data.length > from).map(({ data }) => data);
    this.chunks = [];
    this.sentBytes = this.keptBytes = 0;
    this.unsentFrom = undefined;
    this.unwritten.clear();
    return again;
  }
}
