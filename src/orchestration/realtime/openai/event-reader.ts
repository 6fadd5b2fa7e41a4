import { ParleyError } from '../../../common/parley-error';
import type { RealtimeItemKind, RealtimePart } from '../realtime-event';
import type { PendingUpdates } from './pending-updates';
import type { ReceivedAudio } from './received-audio';
import { RecentNames } from './recent-names';
import type { ResponseListener } from './response-output';
import type { Responses } from './responses';
import { failureOf, reasonOf, type WireFailure } from './wire-errors';
import { readWireEvent, type WireEvent, type WireItem } from './wire-events';

/** Events and items that are known again: a server repeats the last ones, if any. */
const MOST_REMEMBERED = 1024;
/** The response had ended by itself before the model read that it should. */
const NOTHING_TO_CANCEL = 'response_cancel_not_active';

/** Of an event that cannot be read; a word of Parley's among the maker's. */
export const MALFORMED_EVENT = 'malformed_event';

export interface Conversation {
  readonly updates: PendingUpdates;
  readonly responses: Responses;
  readonly received: ReceivedAudio;
}

export interface ReaderListener extends ResponseListener {
  readonly onCreated: () => void;
}

/** Makes events of what the model sends, whatever it sends, and in whatever order. */
export class EventReader {
  private readonly seenEvents = new RecentNames(MOST_REMEMBERED);
  private readonly seenItems = new RecentNames(MOST_REMEMBERED);

  constructor(
    private readonly conversation: Conversation,
    private readonly listener: ReaderListener,
  ) {}

  read(text: string): void {
    const reading = readWireEvent(text);
    if (reading.is === 'ofNoInterest') return undefined;
    if (reading.is !== 'event') {
      this.listener.ignore(reading.is);
      return reading.is === 'malformed' ? this.tellMalformed() : undefined;
    }
    const { eventId, event } = reading;
    if (eventId !== undefined && !this.seenEvents.add(eventId)) return this.listener.ignore('repeated');
    return event.type.startsWith('response.') ? this.response(event) : this.conversationEvent(event);
  }

  private conversationEvent({ type, body }: WireEvent): void {
    const { emit } = this.listener;
    switch (type) {
      case 'error':
        return this.refused(body.error);
      case 'session.created':
        return this.listener.onCreated();
      case 'session.updated':
        this.conversation.updates.updated();
        return emit({ type: 'sessionUpdated' });
      case 'input_audio_buffer.speech_started':
        return emit({ type: 'speechStarted', itemId: body.item_id, audioStartMs: body.audio_start_ms });
      case 'input_audio_buffer.speech_stopped':
        return emit({ type: 'speechStopped', itemId: body.item_id, audioEndMs: body.audio_end_ms });
      case 'conversation.item.added':
        return this.itemAdded(body.item, body.previous_item_id ?? null);
      case 'conversation.item.truncated': {
        const { item_id: itemId, content_index: contentIndex, audio_end_ms: audioEndMs } = body;
        return emit({ type: 'truncated', itemId, contentIndex, audioEndMs });
      }
      case 'conversation.item.input_audio_transcription.completed':
        return emit({ type: 'userTranscript', itemId: body.item_id, text: body.transcript });
      case 'conversation.item.input_audio_transcription.failed': {
        const error = failureOf(body.error, "a transcript of the caller's words");
        return emit({ type: 'userTranscriptFailed', itemId: body.item_id, error });
      }
      default:
        return undefined;
    }
  }

  private response({ type, body }: WireEvent): void {
    const { responses } = this.conversation;
    switch (type) {
      case 'response.created':
        return responses.started(body.response);
      case 'response.done':
        return responses.done(body.response);
      case 'response.output_item.added':
        return responses.of(body.response_id, (output) => output.itemAdded(body.item));
      case 'response.output_item.done':
        return responses.of(body.response_id, (output) => output.itemDone(body.item));
      case 'response.output_audio.delta': {
        const data = Buffer.from(body.delta, 'base64');
        this.conversation.received.add(body.item_id, data);
        return responses.of(body.response_id, (output) => output.audio(partOf(body), data));
      }
      case 'response.output_text.delta':
      case 'response.output_audio_transcript.delta':
        return responses.of(body.response_id, (output) => output.textDelta(partOf(body), body.delta));
      case 'response.output_text.done':
        return responses.of(body.response_id, (output) => output.textDone(partOf(body), body.text));
      case 'response.output_audio_transcript.done':
        return responses.of(body.response_id, (output) => output.textDone(partOf(body), body.transcript));
      case 'response.function_call_arguments.done': {
        const { item_id, call_id, name, arguments: text } = body;
        return responses.of(body.response_id, (output) =>
          output.callArguments(item_id, call_id, name ?? undefined, text),
        );
      }
      default:
        return undefined;
    }
  }

  private itemAdded(item: WireItem, previousItemId: string | null): void {
    if (!item.id) return this.listener.ignore('malformed');
    if (!this.seenItems.add(item.id)) return this.listener.ignore('repeated');
    return this.listener.emit({ type: 'itemAdded', itemId: item.id, previousItemId, kind: kindOf(item) });
  }

  private refused(failure: WireFailure & { readonly event_id?: string | null }): void {
    if (failure.code === NOTHING_TO_CANCEL) return this.listener.ignore('needless');
    const eventId = failure.event_id ?? '';
    const error = failureOf(failure, 'a request');
    if (this.conversation.updates.refused(eventId, error)) return undefined;
    this.conversation.responses.refused(eventId);
    const reason = reasonOf(failure);
    return this.listener.emit({ type: 'error', error, ...(reason !== undefined && { reason }) });
  }

  private tellMalformed(): void {
    const error = new ParleyError('model_refused', 'The model sent an event that cannot be read.');
    this.listener.emit({ type: 'error', error, reason: MALFORMED_EVENT });
  }
}

function partOf(body: { response_id: string; item_id: string; content_index: number }): RealtimePart {
  return { responseId: body.response_id, itemId: body.item_id, contentIndex: body.content_index };
}

function kindOf({ type, role }: WireItem): RealtimeItemKind {
  if (type === 'function_call') return 'functionCall';
  if (type === 'function_call_output') return 'functionResult';
  return role === 'user' || role === 'assistant' || role === 'system' ? role : 'other';
}
