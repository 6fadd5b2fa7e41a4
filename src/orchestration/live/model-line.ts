import type { Clock } from '../../common/clock';
import type {
  RealtimeConnection,
  RealtimeEvent,
  RealtimeItem,
  RealtimeModel,
  RealtimeResponseOptions,
  RealtimeSettings,
} from '../realtime';
import { CallerAudio } from './caller-audio';

/** A connection that has held so long has earned another attempt when it is lost. */
const HELD_SECONDS = 60;

/**
 * The line to the model. While there is no connection commands go nowhere: the next one begins with all that was said, and
 * with the caller's audio that nobody has heard.
 */
export class ModelLine {
  /** Grows with every connection: what belongs to an older one is not known to the model by its names. */
  generation = 0;
  private readonly audio = new CallerAudio();
  private connection: RealtimeConnection | undefined;
  private reconnectedAtMs: number | undefined;
  /** As the model was told last. */
  private settings = '';

  constructor(
    private readonly model: RealtimeModel,
    private readonly clock: Clock,
    private readonly signal: AbortSignal,
    private readonly onEvent: (event: RealtimeEvent) => void,
  ) {}

  /** @throws as {@link RealtimeModel.connect} */
  async connect(settings: RealtimeSettings): Promise<void> {
    const generation = (this.generation += 1);
    const onEvent = (event: RealtimeEvent) => {
      if (generation === this.generation) this.follow(event);
    };
    this.connection = await this.model.connect(settings, { onEvent, signal: this.signal });
    this.settings = JSON.stringify(settings);
  }

  /** The connection is gone. Whether another one may be tried. */
  lost(): boolean {
    const nowMs = this.clock.monotonicMs();
    const hasHeld = this.reconnectedAtMs === undefined || nowMs - this.reconnectedAtMs >= HELD_SECONDS * 1000;
    this.connection = undefined;
    this.reconnectedAtMs = nowMs;
    return hasHeld;
  }

  /** Goes on over a new connection. Whether the caller was speaking, and the model hears it again. */
  resume(items: readonly RealtimeItem[]): boolean {
    for (const item of items) this.addItem(item);
    const { hasUtterance } = this.audio;
    for (const data of this.audio.takeUnwritten()) this.appendAudio(data);
    return hasUtterance;
  }

  /** The same settings again are not sent. @throws as {@link RealtimeConnection.update} */
  async update(settings: RealtimeSettings): Promise<void> {
    const text = JSON.stringify(settings);
    if (text === this.settings) return;
    // What was refused once is refused again.
    this.settings = text;
    await this.connection?.update(settings);
  }

  appendAudio(pcm16: Buffer): void {
    this.audio.add(pcm16, this.connection !== undefined);
    this.connection?.appendAudio(pcm16);
  }

  addItem(item: RealtimeItem): void {
    this.connection?.addItem(item);
  }

  createResponse(options: RealtimeResponseOptions): void {
    this.connection?.createResponse(options);
  }

  cancelResponse(): void {
    this.connection?.cancelResponse();
  }

  truncate(itemId: string, contentIndex: number, audioEndMs: number): void {
    this.connection?.truncate(itemId, contentIndex, audioEndMs);
  }

  get isConnected(): boolean {
    return this.connection !== undefined;
  }

  async close(): Promise<void> {
    const { connection } = this;
    this.connection = undefined;
    this.generation += 1;
    await connection?.close();
  }

  private follow(event: RealtimeEvent): void {
    if (event.type === 'speechStarted') this.audio.began(event.itemId, event.audioStartMs);
    if (event.type === 'closed') this.connection = undefined;
    if (event.type === 'userTranscript' || event.type === 'userTranscriptFailed') this.audio.written(event.itemId);
    this.onEvent(event);
  }
}
