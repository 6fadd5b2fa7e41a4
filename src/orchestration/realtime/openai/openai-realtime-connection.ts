import { Logger } from '@nestjs/common';
import type { RealtimeClientEvent } from 'openai/resources/realtime/realtime';
import type { JsonValue } from '../../../common/json';
import { describeError } from '../../../common/logging/describe-error';
import { ParleyError } from '../../../common/parley-error';
import type { RealtimeConfig } from '../../../config/parley-config';
import type { IgnoredEvents } from '../ignored-events';
import type { RealtimeEvent } from '../realtime-event';
import type {
  RealtimeConnection,
  RealtimeConnectOptions,
  RealtimeItem,
  RealtimeResponseOptions,
  RealtimeSettings,
} from '../realtime-model';
import type { Endpoint } from './endpoint';
import { EventReader, MALFORMED_EVENT } from './event-reader';
import { itemBody, responseBody } from './item-body';
import { PendingUpdates } from './pending-updates';
import { RealtimeSocket } from './realtime-socket';
import { ReceivedAudio } from './received-audio';
import { Responses } from './responses';
import { sessionBody } from './session-body';

/** Makes the session; told once, whether it works out or not. */
interface Opening {
  readonly onCreated: () => void;
  readonly onFailed: (error: ParleyError) => void;
}

/** A conversation in the protocol of OpenAI Realtime: commands become its events, and its events are read. */
export class OpenAiRealtimeConnection implements RealtimeConnection {
  private readonly logger = new Logger('Realtime');
  private readonly updates: PendingUpdates;
  private readonly responses: Responses;
  private readonly received = new ReceivedAudio();
  private readonly reader: EventReader;
  private readonly socket: RealtimeSocket;
  private opening: Opening | undefined;
  private isClosed = false;
  private lastId = 0;

  private constructor(
    private readonly endpoint: Endpoint,
    private readonly config: RealtimeConfig,
    ignored: IgnoredEvents,
    private readonly options: RealtimeConnectOptions,
  ) {
    const emit = (event: RealtimeEvent) => this.emit(event);
    const ignore = ignored.ignore.bind(ignored);
    this.updates = new PendingUpdates(config.updateTimeoutMs);
    this.responses = new Responses({ emit, ignore });
    const { updates, responses, received } = this;
    const onCreated = () => this.opening?.onCreated();
    this.reader = new EventReader({ updates, responses, received }, { emit, ignore, onCreated });
    this.socket = new RealtimeSocket(endpoint, config, {
      onText: (text) => this.reader.read(text),
      onClosed: (code, error) => this.closed(code, error),
    });
    options.signal?.addEventListener('abort', this.stop, { once: true });
  }

  /** Resolves when the session is as the settings say. */
  static async open(
    endpoint: Endpoint,
    config: RealtimeConfig,
    ignored: IgnoredEvents,
    settings: RealtimeSettings,
    options: RealtimeConnectOptions,
  ): Promise<OpenAiRealtimeConnection> {
    const connection = new OpenAiRealtimeConnection(endpoint, config, ignored, options);
    const late = setTimeout(() => connection.late(), config.connectTimeoutMs);
    await connection.opened(settings).finally(() => clearTimeout(late));
    return connection;
  }

  get canChangeVoice(): boolean {
    return this.endpoint.dialect === 'voiceLive' || !this.received.isAny;
  }

  async update(settings: RealtimeSettings): Promise<void> {
    if (this.isClosed) throw new ParleyError('model_unavailable', 'The connection to the model is closed.');
    const { transcriptionModel } = this.config;
    const withVoice = this.canChangeVoice;
    const session = sessionBody(settings, this.endpoint.dialect, { transcriptionModel, withVoice });
    const eventId = this.nextId();
    const updated = this.updates.add(eventId);
    this.send('session.update', { event_id: eventId, session });
    await updated;
  }

  appendAudio(pcm16: Buffer): void {
    this.send('input_audio_buffer.append', { audio: pcm16.toString('base64') });
  }

  addItem(item: RealtimeItem): void {
    this.send('conversation.item.create', { event_id: this.nextId(), item: itemBody(item, this.endpoint.dialect) });
  }

  createResponse(options: RealtimeResponseOptions = {}): void {
    const request = this.nextId();
    this.responses.request(request);
    this.send('response.create', { event_id: request, response: responseBody(options, request) });
  }

  cancelResponse(): void {
    if (this.responses.cancel()) this.send('response.cancel', { event_id: this.nextId() });
  }

  truncate(itemId: string, contentIndex: number, audioEndMs: number): void {
    this.responses.cut(itemId);
    this.send('conversation.item.truncate', {
      event_id: this.nextId(),
      item_id: itemId,
      content_index: contentIndex,
      audio_end_ms: this.received.placeMs(itemId, audioEndMs),
    });
  }

  close(): Promise<void> {
    return this.socket.close();
  }

  private opened(settings: RealtimeSettings): Promise<void> {
    return new Promise((resolve, reject) => {
      let isAsked = false;
      this.opening = {
        onFailed: reject,
        onCreated: () => {
          if (isAsked) return;
          isAsked = true;
          this.update(settings).then(
            () => {
              this.opening = undefined;
              resolve();
            },
            (error: ParleyError) => this.socket.terminate(error),
          );
        },
      };
    });
  }

  /** The signal. While it opens, whoever waits is told why. */
  private readonly stop = (): void => {
    const isOpening = this.opening !== undefined;
    this.socket.terminate(isOpening ? new ParleyError('wait_aborted', 'The connection was given up.') : undefined);
  };

  private late(): void {
    const { connectTimeoutMs } = this.config;
    this.socket.terminate(new ParleyError('model_timeout', `No session was ready in ${connectTimeoutMs} ms.`));
  }

  private closed(code: number, error: ParleyError | undefined): void {
    const { opening } = this;
    const reason = error ?? new ParleyError('model_unavailable', 'The connection to the model is closed.');
    this.isClosed = true;
    this.options.signal?.removeEventListener('abort', this.stop);
    this.updates.end(reason);
    if (opening) opening.onFailed(reason);
    else this.emit({ type: 'closed', code, ...(error && { error }) });
  }

  private emit(event: RealtimeEvent): void {
    // The first thing that is asked for is the session: nothing goes on without it.
    if (this.opening && event.type === 'error' && event.reason !== MALFORMED_EVENT)
      return this.socket.terminate(event.error);
    try {
      this.options.onEvent(event);
    } catch (error) {
      this.logger.error({ msg: 'A listener failed.', event: event.type, err: describeError(error) });
    }
    return undefined;
  }

  private send(type: RealtimeClientEvent['type'], members: Readonly<Record<string, JsonValue>>): void {
    this.socket.send(JSON.stringify({ type, ...members }));
  }

  private nextId(): string {
    return `parley_${(this.lastId += 1)}`;
  }
}
