import { type Static, type TSchema, Type } from '@sinclair/typebox';
import Ajv, { type ValidateFunction } from 'ajv';
import type { RealtimeServerEvent } from 'openai/resources/realtime/realtime';
import { isJsonObject } from '../../../common/json';
import { isOfNoInterest, presentName } from './event-names';

/**
 * What is read of the model's events, under their present names, which are those of the official client's types. These
 * promise more than servers keep, so all of it is checked; other members may be there.
 */

const Id = Type.String({ minLength: 1, maxLength: 512 });
const Count = Type.Number({ minimum: 0 });
const MaybeText = Type.Optional(Type.Union([Type.String(), Type.Null()]));
export const Failure = Type.Object({ type: MaybeText, code: MaybeText, param: MaybeText, event_id: MaybeText });
const Part = { response_id: Id, item_id: Id, content_index: Type.Integer({ minimum: 0 }) };

export const Item = Type.Object({
  id: Type.Optional(Type.Union([Id, Type.Null()])),
  type: Type.String(),
  role: MaybeText,
  status: MaybeText,
  name: MaybeText,
  call_id: MaybeText,
  arguments: MaybeText,
  content: Type.Optional(
    Type.Union([Type.Array(Type.Object({ type: MaybeText, text: MaybeText, transcript: MaybeText })), Type.Null()]),
  ),
});
/** A member of the conversation. */
export type WireItem = Static<typeof Item>;

/** All but the id is read by wire-response.ts: an end of a response counts, whatever else it holds. */
const Response = Type.Object({ id: Id });
export type WireResponse = Static<typeof Response> & { readonly [member: string]: unknown };

const Base64 = Type.String({ pattern: '^[A-Za-z0-9+/]*={0,2}$' });
const OfResponse = { response_id: Id, item: Item };

const SCHEMAS = {
  error: Type.Object({ error: Failure }),
  'session.created': Type.Object({}),
  'session.updated': Type.Object({}),
  'input_audio_buffer.speech_started': Type.Object({ item_id: Id, audio_start_ms: Count }),
  'input_audio_buffer.speech_stopped': Type.Object({ item_id: Id, audio_end_ms: Count }),
  'conversation.item.added': Type.Object({ previous_item_id: MaybeText, item: Item }),
  'conversation.item.truncated': Type.Object({ item_id: Id, content_index: Count, audio_end_ms: Count }),
  'conversation.item.input_audio_transcription.completed': Type.Object({ item_id: Id, transcript: Type.String() }),
  'conversation.item.input_audio_transcription.failed': Type.Object({ item_id: Id, error: Failure }),
  'response.created': Type.Object({ response: Response }),
  'response.done': Type.Object({ response: Response }),
  'response.output_item.added': Type.Object(OfResponse),
  'response.output_item.done': Type.Object(OfResponse),
  'response.output_audio.delta': Type.Object({ ...Part, delta: Base64 }),
  'response.output_audio_transcript.delta': Type.Object({ ...Part, delta: Type.String() }),
  'response.output_audio_transcript.done': Type.Object({ ...Part, transcript: Type.String() }),
  'response.output_text.delta': Type.Object({ ...Part, delta: Type.String() }),
  'response.output_text.done': Type.Object({ ...Part, text: Type.String() }),
  'response.function_call_arguments.done': Type.Object({
    response_id: Id,
    item_id: Id,
    call_id: Id,
    // The preview's events have none.
    name: MaybeText,
    arguments: Type.String(),
  }),
} satisfies Partial<Record<RealtimeServerEvent['type'], TSchema>>;

type WireEventType = keyof typeof SCHEMAS;
/** A checked event, discriminated by `type`. */
export type WireEvent = {
  [K in WireEventType]: { readonly type: K; readonly body: Static<(typeof SCHEMAS)[K]> };
}[WireEventType];

export type WireReading =
  | { readonly is: 'event'; readonly event: WireEvent; readonly eventId: string | undefined }
  | { readonly is: 'unknown' | 'malformed' | 'ofNoInterest' };

const ajv = new Ajv({ strict: true });
const validators = new Map<string, ValidateFunction>(
  Object.entries(SCHEMAS).map(([type, schema]) => [type, ajv.compile(schema)]),
);

/** Never throws, whatever it is given. */
export function readWireEvent(text: string): WireReading {
  const value = parsed(text);
  if (!isJsonObject(value) || typeof value['type'] !== 'string') return { is: 'malformed' };
  const type = presentName(value['type']);
  if (isOfNoInterest(type)) return { is: 'ofNoInterest' };
  const validate = validators.get(type);
  if (!validate) return { is: 'unknown' };
  if (!validate(value)) return { is: 'malformed' };
  const eventId = value['event_id'];
  const event = { type, body: value } as unknown as WireEvent;
  return { is: 'event', event, eventId: typeof eventId === 'string' ? eventId : undefined };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
