import { type Static, type TSchema, Type } from '@sinclair/typebox';
import Ajv from 'ajv';
import type { RealtimeResponseStatus, RealtimeUsage } from '../realtime-event';
import { Failure, Item, type WireItem, type WireResponse } from './wire-events';
import type { WireFailure } from './wire-errors';

/** Under which a response repeats, in its metadata, which request it answers. */
const REQUEST = 'parley_request';
const ajv = new Ajv({ strict: true });

/** A reader of a part, which is absent where it is not as it should be. */
function readerOf<S extends TSchema>(schema: S): (value: unknown) => Static<S> | undefined {
  const validate = ajv.compile<Static<S>>(schema);
  return (value) => (validate(value) ? value : undefined);
}

const readItem = readerOf(Item);
const readUsage = readerOf(Type.Object({ input_tokens: Type.Number(), output_tokens: Type.Number() }));
const readRequest = readerOf(Type.Object({ [REQUEST]: Type.String() }));
const readDetails = readerOf(Type.Object({ error: Failure }));
const STATUSES: readonly RealtimeResponseStatus[] = ['completed', 'cancelled', 'failed', 'incomplete'];

export function metadataOf(request: string): Readonly<Record<string, string>> {
  return { [REQUEST]: request };
}

/** Which request it answers; undefined: it began by itself, after the caller spoke. */
export function requestOf({ metadata }: WireResponse): string | undefined {
  return readRequest(metadata)?.[REQUEST];
}

export function statusOf({ status }: WireResponse): RealtimeResponseStatus {
  return STATUSES.find((known) => known === status) ?? 'incomplete';
}

export function outputOf({ output }: WireResponse): readonly WireItem[] {
  return Array.isArray(output) ? output.flatMap((item) => readItem(item) ?? []) : [];
}

export function usageOf({ usage }: WireResponse): RealtimeUsage | undefined {
  const read = readUsage(usage);
  return read && { inputTokens: read.input_tokens, outputTokens: read.output_tokens };
}

export function failureIn(response: WireResponse): WireFailure {
  return readDetails(response['status_details'])?.error ?? {};
}
