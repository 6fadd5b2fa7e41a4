import type { RealtimeEvent, RealtimePart } from '../realtime-event';
import type { IgnoredEventReason } from '../ignored-events';
import type { RecentNames } from './recent-names';
import type { WireItem } from './wire-events';

export interface ResponseListener {
  readonly emit: (event: RealtimeEvent) => void;
  readonly ignore: (reason: IgnoredEventReason) => void;
}

interface Text {
  readonly part: RealtimePart;
  text: string;
  isDone: boolean;
}

/** What is known of a call so far: its name and its arguments can come in either order. */
interface PartialCall {
  readonly callId?: string | undefined;
  readonly name?: string | undefined;
  readonly arguments?: string | undefined;
}

/** What one response says and calls, each part told once, from whichever of the events that tell of it comes first. */
export class ResponseOutput {
  private readonly texts = new Map<string, Text>();
  private readonly calls = new Map<string, PartialCall>();
  private readonly toldCalls = new Set<string>();

  constructor(
    private readonly responseId: string,
    /** Items of which the caller has heard all that counts. */
    private readonly cutItems: RecentNames,
    private readonly listener: ResponseListener,
  ) {}

  audio(part: RealtimePart, data: Buffer): void {
    if (this.cutItems.has(part.itemId)) this.listener.ignore('late');
    else this.listener.emit({ type: 'audio', ...part, data });
  }

  textDelta(part: RealtimePart, delta: string): void {
    const text = this.textOf(part);
    if (text.isDone || this.cutItems.has(part.itemId)) return this.listener.ignore('late');
    text.text += delta;
    this.listener.emit({ type: 'transcriptDelta', ...part, text: delta });
  }

  textDone(part: RealtimePart, whole: string): void {
    const text = this.textOf(part);
    if (this.cutItems.has(part.itemId)) return this.listener.ignore('late');
    if (text.isDone) return this.listener.ignore('repeated');
    text.isDone = true;
    this.listener.emit({ type: 'transcriptDone', ...part, text: whole });
    return undefined;
  }

  callArguments(itemId: string, callId: string, name: string | undefined, argumentsText: string): void {
    this.call(itemId, { callId, name, arguments: argumentsText });
  }

  /** An item that has begun: the arguments of its call are still to come. */
  itemAdded(item: WireItem): void {
    if (item.type === 'function_call') this.call(keyOf(item), partsOf(item, undefined));
  }

  /** An item that is as it will stay; one that was broken off calls nothing. */
  itemDone(item: WireItem): void {
    if (item.type !== 'function_call' || item.status === 'incomplete') return;
    this.call(keyOf(item), partsOf(item, item.arguments));
  }

  /** Tells what nothing else has told. */
  finish(output: readonly WireItem[]): void {
    for (const item of output) {
      this.itemDone(item);
      this.finishTexts(item);
    }
    for (const { part, text, isDone } of this.texts.values()) {
      if (!isDone && text !== '' && !this.cutItems.has(part.itemId)) this.textDone(part, text);
    }
  }

  private finishTexts({ id, content }: WireItem): void {
    for (const [contentIndex, { transcript, text }] of (content ?? []).entries()) {
      const whole = transcript ?? text;
      if (!id || !whole || this.cutItems.has(id)) continue;
      const part = { responseId: this.responseId, itemId: id, contentIndex };
      if (!this.textOf(part).isDone) this.textDone(part, whole);
    }
  }

  private call(itemId: string, parts: PartialCall): void {
    const before = this.calls.get(itemId) ?? {};
    const call = {
      callId: parts.callId ?? before.callId,
      name: parts.name ?? before.name,
      arguments: parts.arguments ?? before.arguments,
    };
    this.calls.set(itemId, call);
    const { callId, name } = call;
    if (callId === undefined || name === undefined || call.arguments === undefined || this.toldCalls.has(callId))
      return;
    this.toldCalls.add(callId);
    const { responseId } = this;
    this.listener.emit({ type: 'functionCall', responseId, itemId, callId, name, arguments: call.arguments });
  }

  private textOf(part: RealtimePart): Text {
    const key = `${part.contentIndex} ${part.itemId}`;
    const text = this.texts.get(key) ?? { part, text: '', isDone: false };
    this.texts.set(key, text);
    return text;
  }
}

function keyOf({ id, call_id }: WireItem): string {
  return id ?? call_id ?? '';
}

function partsOf({ call_id, name }: WireItem, argumentsText: string | null | undefined): PartialCall {
  return { callId: call_id ?? undefined, name: name ?? undefined, arguments: argumentsText ?? undefined };
}
