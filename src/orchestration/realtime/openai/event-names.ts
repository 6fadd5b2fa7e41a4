import type { RealtimeServerEvent } from 'openai/resources/realtime/realtime';

/** Names of the preview, which dated interfaces still send, and what they are called now. */
const PRESENT_NAMES: ReadonlyMap<string, string> = new Map([
  ['conversation.item.created', 'conversation.item.added'],
  ['response.audio.delta', 'response.output_audio.delta'],
  ['response.audio.done', 'response.output_audio.done'],
  ['response.audio_transcript.delta', 'response.output_audio_transcript.delta'],
  ['response.audio_transcript.done', 'response.output_audio_transcript.done'],
  ['response.text.delta', 'response.output_text.delta'],
  ['response.text.done', 'response.output_text.done'],
]);

/** Documented, and told better by another event or of no use here. */
const OF_NO_INTEREST: ReadonlySet<string> = new Set<RealtimeServerEvent['type']>([
  'conversation.created',
  'conversation.item.done',
  'conversation.item.deleted',
  'conversation.item.retrieved',
  'conversation.item.input_audio_transcription.delta',
  'conversation.item.input_audio_transcription.segment',
  'input_audio_buffer.committed',
  'input_audio_buffer.cleared',
  'input_audio_buffer.timeout_triggered',
  'input_audio_buffer.dtmf_event_received',
  'rate_limits.updated',
  'response.content_part.added',
  'response.content_part.done',
  'response.function_call_arguments.delta',
  'response.output_audio.done',
]);

export function presentName(type: string): string {
  return PRESENT_NAMES.get(type) ?? type;
}

export function isOfNoInterest(type: string): boolean {
  return OF_NO_INTEREST.has(type);
}
