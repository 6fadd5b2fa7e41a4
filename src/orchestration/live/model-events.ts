import { PCM16_BYTES_PER_MS, type RealtimeEvent } from '../realtime';
import type { LiveParts } from './live-parts';
import { turnTaking } from './realtime-settings';

type EventOf<T extends RealtimeEvent['type']> = Extract<RealtimeEvent, { type: T }>;

/** The model's word for a request that came while it was speaking. */
const HAS_RESPONSE = 'conversation_already_has_active_response';

/** Passes on what the model tells, to each part what concerns it. */
export class ModelEvents {
  constructor(private readonly parts: LiveParts) {}

  take(event: Exclude<RealtimeEvent, { type: 'closed' }>): void {
    const { call, floor, history, replies, stages } = this.parts;
    switch (event.type) {
      case 'speechStarted':
        return this.callerBegan(event);
      case 'speechStopped':
        return this.callerStopped(event);
      case 'itemAdded':
        return this.placed(event);
      case 'userTranscript':
        return this.callerSaid(event);
      case 'userTranscriptFailed':
        floor.transcribed(event.itemId);
        history.callerUnclear(event.itemId);
        stages.notTranscribed(event.itemId);
        return call.failed(event.error);
      case 'responseStarted':
        return this.responseStarted(event);
      case 'audio':
        return this.audio(event);
      case 'transcriptDelta': {
        const { itemId, text } = event;
        const { agent } = replies.write(event, text);
        stages.text();
        return call.emit({ type: 'transcriptDelta', agent, itemId, text });
      }
      case 'transcriptDone': {
        const { itemId, text } = event;
        const { agent } = replies.rewrite(event, text);
        return call.emit({ type: 'transcript', role: 'assistant', agent, itemId, text });
      }
      case 'functionCall':
        stages.called();
        return this.parts.functions.begin(event);
      case 'responseDone':
        return this.responseDone(event);
      case 'error':
        return this.refused(event);
      case 'sessionUpdated':
      case 'truncated':
        return undefined;
    }
  }

  private callerBegan({ itemId }: EventOf<'speechStarted'>): void {
    const { call, floor, bargeIn, history } = this.parts;
    if (turnTaking(call.agent).interrupts) bargeIn.byCaller();
    call.turns.begin();
    history.callerBegan(itemId);
    floor.callerBegan(itemId);
  }

  private callerStopped({ itemId }: EventOf<'speechStopped'>): void {
    const { call, floor, bargeIn, between, stages } = this.parts;
    const { responds } = turnTaking(call.agent);
    stages.callerStopped(itemId);
    bargeIn.resume();
    floor.callerStopped(itemId, responds);
    if (!responds) between.want();
  }

  /** What is restored, or said here, has its place already: only what a response says awaits its words. */
  private placed({ itemId, previousItemId, kind }: EventOf<'itemAdded'>): void {
    const { floor, history } = this.parts;
    history.placed(itemId, previousItemId, kind === 'assistant' && floor.hasResponse);
  }

  private callerSaid({ itemId, text }: EventOf<'userTranscript'>): void {
    const { call, floor, history, stages } = this.parts;
    floor.transcribed(itemId);
    stages.transcribed(itemId);
    const origin = history.callerSaid(itemId, text);
    if (origin) call.emit({ type: 'transcript', role: 'user', agent: origin.agent, itemId, text: text.trim() });
  }

  private responseStarted({ responseId }: EventOf<'responseStarted'>): void {
    const { floor, between, bargeIn, stages } = this.parts;
    between.began();
    floor.began(responseId);
    stages.responding();
    bargeIn.resume();
  }

  private audio(event: EventOf<'audio'>): void {
    const { call, replies, stages } = this.parts;
    const { itemId, data } = event;
    const { agent } = replies.speak(event, data);
    if (data.length >= PCM16_BYTES_PER_MS) stages.audio();
    call.emit({ type: 'audio', agent, itemId, data });
  }

  private responseDone({ responseId, status, error }: EventOf<'responseDone'>): void {
    const { call, floor, replies, history, functions, stages } = this.parts;
    for (const reply of replies.finish(responseId)) history.replied(reply);
    history.responseOver();
    stages.responseDone(status === 'completed');
    functions.responseDone(responseId);
    floor.ended(responseId);
    if (error) call.failed(error);
    call.memo.persistBackground();
  }

  /** Which request was refused is not said: what was asked for may not come. */
  private refused({ error, reason }: EventOf<'error'>): void {
    const { call, floor, between } = this.parts;
    if (reason === HAS_RESPONSE) return between.refused();
    floor.takenBack();
    call.failed(error);
    return between.look();
  }
}
