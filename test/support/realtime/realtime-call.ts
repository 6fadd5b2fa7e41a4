import type { RawData, WebSocket } from 'ws';
import { isJsonObject, type JsonObject } from '../../../src/common/json';
import { ModelResponse } from './model-response';
import type { RealtimeScript } from './realtime-server';
import type { Reply, WireEvent } from './realtime-reply';
import { sessionFault } from './session-fault';

export interface ModelItem {
  readonly id: string;
  readonly type: string;
  readonly role?: string;
  readonly content?: readonly JsonObject[];
  readonly call_id?: string;
  /** Of what was said. */
  audioMs?: number;
  /** Forgotten when it is cut. */
  text?: string;
}

interface ClientEvent {
  readonly type: string;
  readonly event_id?: string;
  readonly [member: string]: unknown;
}

/** What a caller says, from the model's side. */
export interface Utterance {
  /** Whether the words come; they may fail, or be told later with `transcribe`. */
  readonly transcript?: 'completed' | 'failed' | 'later';
  /** Whether the model answers by itself. */
  readonly answered?: boolean;
}

const PRESENT_TO_PREVIEW = [
  [/^response\.output_(audio|audio_transcript|text)\./, 'response.$1.'],
  [/^conversation\.item\.added$/, 'conversation.item.created'],
] as const;
const SAY_YES: Reply = [{ say: 'Yes.' }];

/** One conversation, as the model keeps it. */
export class RealtimeCall {
  /** All that came, audio excepted. */
  readonly seen: ClientEvent[] = [];
  /** The session of each update that was taken. */
  readonly sessions: JsonObject[] = [];
  readonly items: ModelItem[] = [];
  readonly audio: Buffer[] = [];
  pings = 0;
  private hasSpoken = false;
  private lastId = 0;
  private heardMs = 0;
  private active: ModelResponse | undefined;

  constructor(
    private readonly socket: WebSocket,
    readonly script: RealtimeScript,
    private readonly replies: Reply[],
  ) {
    socket.on('error', () => undefined);
    socket.on('ping', () => (this.pings += 1));
    socket.on('message', (data: RawData) => this.take(JSON.parse((data as Buffer).toString()) as ClientEvent));
    if (script.stalls !== 'session.created') this.send(script.greeting ?? { type: 'session.created', session: {} });
  }

  /** The session as it was last told. */
  get session(): JsonObject {
    return this.sessions.at(-1) ?? {};
  }

  get isSpeaking(): boolean {
    return this.active !== undefined;
  }

  sent(type: string): ClientEvent[] {
    return this.seen.filter((event) => event.type === type);
  }

  /** Any event, with an id of its own unless it brings one. */
  send(event: WireEvent): void {
    const type = this.script.dialect === 'dated' ? previewName(String(event['type'])) : event['type'];
    this.sendText(JSON.stringify({ event_id: this.nextId('event'), ...event, type }));
  }

  sendText(text: string): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(text);
  }

  /** The caller begins to speak: the response under way is over. */
  beginSpeech(itemId = this.nextId('item')): string {
    this.send({ type: 'input_audio_buffer.speech_started', item_id: itemId, audio_start_ms: this.heardMs });
    if (this.script.interrupts ?? true) this.active?.cancel('turn_detected');
    return itemId;
  }

  endSpeech(itemId: string, text: string, { transcript = 'completed', answered = true }: Utterance = {}): void {
    this.heardMs += 500;
    this.send({ type: 'input_audio_buffer.speech_stopped', item_id: itemId, audio_end_ms: this.heardMs });
    this.send({
      type: 'input_audio_buffer.committed',
      item_id: itemId,
      previous_item_id: this.items.at(-1)?.id ?? null,
    });
    this.addItem({ id: itemId, type: 'message', role: 'user', text });
    if (transcript === 'completed') this.transcribe(itemId, text);
    if (transcript === 'failed') this.failTranscript(itemId);
    if (answered) this.respond(undefined);
  }

  /** The user speaks: a whole utterance. */
  userSpeaks(text: string, utterance: Utterance = {}): string {
    const itemId = this.beginSpeech();
    this.endSpeech(itemId, text, utterance);
    return itemId;
  }

  transcribe(itemId: string, text: string): void {
    const type = 'conversation.item.input_audio_transcription.completed';
    this.send({ type, item_id: itemId, content_index: 0, transcript: text, usage: { type: 'duration', seconds: 1 } });
  }

  failTranscript(itemId: string): void {
    const error = { type: 'server_error', code: 'audio_unintelligible', message: 'They said: secret words' };
    const type = 'conversation.item.input_audio_transcription.failed';
    this.send({ type, item_id: itemId, content_index: 0, error });
  }

  fail(code: string, members: WireEvent = {}): void {
    const error = {
      type: 'invalid_request_error',
      code,
      message: 'It quotes: secret words',
      param: null,
      event_id: null,
    };
    this.send({ type: 'error', error: { ...error, ...members } });
  }

  /** What is held goes on to its end. */
  release(): void {
    this.active?.release();
  }

  /** It reads nothing any more, and answers nothing, not even a ping. */
  freeze(): void {
    this.socket.pause();
  }

  drop(): void {
    this.socket.terminate();
  }

  closeWith(code: number): void {
    this.socket.close(code);
  }

  /** Everything that the model speaks goes through here. */
  addItem(item: ModelItem): void {
    const previous = this.items.at(-1)?.id ?? null;
    this.items.push(item);
    const { audioMs: _audioMs, text: _text, ...told } = item;
    const event = { previous_item_id: previous, item: { object: 'realtime.item', ...told } };
    this.send({ type: 'conversation.item.added', ...event });
    if (this.script.dialect !== 'dated') this.send({ type: 'conversation.item.done', ...event });
  }

  spoke(): void {
    this.hasSpoken = true;
  }

  nextId(kind: string): string {
    return `${kind}_${(this.lastId += 1)}`;
  }

  private take(event: ClientEvent): void {
    if (event.type === 'input_audio_buffer.append')
      return void this.audio.push(Buffer.from(String(event['audio']), 'base64'));
    this.seen.push(event);
    switch (event.type) {
      case 'session.update':
        return this.update(event);
      case 'conversation.item.create':
        return this.create(event);
      case 'conversation.item.truncate':
        return this.truncate(event);
      case 'response.create':
        return this.respond(event);
      case 'response.cancel':
        return this.active ? this.active.cancel('client_cancelled') : this.fail('response_cancel_not_active');
      default:
        return this.fail('unknown_event', { event_id: event.event_id });
    }
  }

  private update({ event_id, session }: ClientEvent): void {
    if (!isJsonObject(session)) return this.fail('missing_required_parameter', { event_id });
    const fault = sessionFault(session, this.script.dialect ?? 'general', this.hasSpoken);
    if (fault) return this.fail(fault.code, { event_id, param: fault.param });
    this.sessions.push(session);
    if (this.script.stalls !== 'session.updated') this.send({ type: 'session.updated', session });
    return undefined;
  }

  private create({ event_id, item }: ClientEvent): void {
    const given = item as Omit<ModelItem, 'id'> & { id?: string };
    const called = given.type !== 'function_call_output' || this.items.some(({ call_id }) => call_id === given.call_id);
    if (!called) return this.fail('invalid_tool_call_id', { event_id, param: 'item.call_id' });
    const spoken = this.script.dialect === 'dated' ? 'text' : 'output_text';
    const contentType = given.role === 'assistant' ? spoken : 'input_text';
    const fits = (given.content ?? []).every(({ type }) => type === contentType);
    if (!fits) return this.fail('invalid_value', { event_id, param: 'item.content' });
    return this.addItem({ ...given, id: given.id ?? this.nextId('item') });
  }

  private truncate(event: ClientEvent): void {
    const { event_id, item_id, content_index, audio_end_ms } = event;
    const item = this.items.find(({ id }) => id === item_id);
    if (item?.audioMs === undefined) return this.fail('item_truncate_invalid_item_id', { event_id });
    if (Number(audio_end_ms) > item.audioMs) return this.fail('invalid_value', { event_id, param: 'audio_end_ms' });
    item.audioMs = Number(audio_end_ms);
    delete item.text;
    return this.send({ type: 'conversation.item.truncated', item_id, content_index, audio_end_ms });
  }

  private respond(request: ClientEvent | undefined): void {
    if (this.active) return this.fail('conversation_already_has_active_response');
    const options = isJsonObject(request?.['response']) ? request['response'] : {};
    this.active = new ModelResponse(this, this.replies.shift() ?? SAY_YES, options['metadata'] ?? null, () => {
      this.active = undefined;
    });
    this.active.begin();
    return undefined;
  }
}

function previewName(type: string): string {
  return PRESENT_TO_PREVIEW.reduce((name, [present, preview]) => name.replace(present, preview), type);
}
