import type { JsonValue } from '../../../src/common/json';
import type { ModelItem, RealtimeCall } from './realtime-call';
import {
  type CalledOutput,
  type Output,
  type Reply,
  type SpokenDelta,
  spokenDeltas,
  type SpokenOutput,
  type WireEvent,
} from './realtime-reply';

interface Speech {
  readonly item: ModelItem;
  readonly outputIndex: number;
  readonly rest: SpokenDelta[];
  said: string;
}

/** One response of the model: in words and audio, piece by piece, until it is over or was cancelled. */
export class ModelResponse {
  private readonly id: string;
  private readonly output: ModelItem[] = [];
  private readonly rest: Output[];
  private speech: Speech | undefined;
  private isOver = false;

  constructor(
    private readonly call: RealtimeCall,
    reply: Reply,
    private readonly metadata: JsonValue,
    private readonly onOver: () => void,
  ) {
    this.id = call.nextId('resp');
    this.rest = [...reply];
  }

  begin(): void {
    this.call.send({ type: 'response.created', response: this.told('in_progress') });
    this.next();
  }

  /** A held speech goes on, and all after it. */
  release(): void {
    if (this.speech) this.finishSpeech(this.speech);
    this.next();
  }

  cancel(reason: 'turn_detected' | 'client_cancelled'): void {
    const late = this.speech?.rest.splice(0, this.call.script.lateDeltas ?? 0) ?? [];
    if (this.speech) this.itemDone(this.speech, 'incomplete');
    this.end('cancelled', { type: 'cancelled', reason });
    // They had been on their way.
    for (const delta of late) this.sayDelta(this.speech as Speech, delta);
  }

  private next(): void {
    for (let output = this.rest.shift(); output; output = this.rest.shift()) {
      if ('call' in output) {
        this.callFunction(output);
        continue;
      }
      this.say(output);
      if (this.speech) return;
    }
    if (!this.isOver) this.end('completed', null);
  }

  private say({ say, audioMs = 100, holdAt }: SpokenOutput): void {
    const item: ModelItem = {
      id: this.call.nextId('item'),
      type: 'message',
      role: 'assistant',
      content: [],
      audioMs: 0,
      text: '',
    };
    const deltas = spokenDeltas(say, audioMs);
    this.speech = { item, outputIndex: this.output.length, rest: deltas, said: '' };
    this.addItem(item);
    const heldFrom = holdAt === undefined ? deltas.length : Math.ceil(deltas.length * holdAt);
    for (const delta of deltas.splice(0, heldFrom)) this.sayDelta(this.speech, delta);
    if (holdAt === undefined) this.finishSpeech(this.speech);
  }

  private sayDelta(speech: Speech, { text, audio }: SpokenDelta): void {
    const { item } = speech;
    this.call.spoke();
    speech.said += text;
    if (!this.isOver) {
      item.text = speech.said;
      item.audioMs = (item.audioMs ?? 0) + audio.length / 48;
    }
    if (text !== '') this.tell('response.output_audio_transcript.delta', speech, { delta: text });
    this.tell('response.output_audio.delta', speech, { delta: audio.toString('base64') });
  }

  private finishSpeech(speech: Speech): void {
    for (const delta of speech.rest.splice(0)) this.sayDelta(speech, delta);
    this.itemDone(speech, 'completed');
    this.speech = undefined;
  }

  private itemDone(speech: Speech, status: 'completed' | 'incomplete'): void {
    const content = [{ type: 'output_audio', transcript: speech.said }];
    const item = { id: speech.item.id, type: 'message', role: 'assistant', status, content };
    this.tell('response.output_audio.done', speech, {});
    this.tell('response.output_audio_transcript.done', speech, { transcript: speech.said });
    this.call.send({ type: 'response.output_item.done', ...this.place(speech.outputIndex), item });
    this.output[speech.outputIndex] = item;
  }

  private callFunction({ call, args, callId = this.call.nextId('call') }: CalledOutput): void {
    const outputIndex = this.output.length;
    const item = { id: this.call.nextId('item'), type: 'function_call', name: call, call_id: callId };
    this.addItem({ ...item, ...{ arguments: '' } });
    const place = { ...this.place(outputIndex), item_id: item.id, call_id: callId };
    this.call.send({ type: 'response.function_call_arguments.delta', ...place, delta: args });
    // The preview does not name the function here.
    const name = this.call.script.dialect === 'dated' ? {} : { name: call };
    this.call.send({ type: 'response.function_call_arguments.done', ...place, ...name, arguments: args });
    const done = { ...item, arguments: args, status: 'completed' };
    this.call.send({ type: 'response.output_item.done', ...this.place(outputIndex), item: done });
    this.output[outputIndex] = done;
  }

  private addItem(item: ModelItem): void {
    const { audioMs: _audioMs, text: _text, ...told } = item;
    this.call.send({ type: 'response.output_item.added', ...this.place(this.output.length), item: told });
    this.output.push(item);
    this.call.addItem(item);
  }

  private tell(type: string, { item, outputIndex }: Speech, members: WireEvent): void {
    this.call.send({ type, ...this.place(outputIndex), item_id: item.id, content_index: 0, ...members });
  }

  private place(outputIndex: number): WireEvent {
    return { response_id: this.id, output_index: outputIndex };
  }

  private end(status: string, details: WireEvent | null): void {
    this.isOver = true;
    this.onOver();
    this.call.send({ type: 'response.done', response: { ...this.told(status), status_details: details } });
    const limits = [{ name: 'tokens', limit: 1000, remaining: 10, reset_seconds: 1 }];
    this.call.send({ type: 'rate_limits.updated', rate_limits: limits });
  }

  private told(status: string): WireEvent {
    const usage = status === 'in_progress' ? null : { input_tokens: 7, output_tokens: 3, total_tokens: 10 };
    return { object: 'realtime.response', id: this.id, status, output: this.output, metadata: this.metadata, usage };
  }
}
