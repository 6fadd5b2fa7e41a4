import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';
import type { MemoManager, MemoMessage } from '../../memo';
import type { RealtimeItem } from '../realtime';

/** Messages that a new connection is told of: what is older is in slots, tool outputs and the prompts made of them. */
const RESTORED_MESSAGES = 64;

/** What has been said in the call, whoever was in charge and whichever way it was run, as a realtime model is told of it. */
export function restoredItems(memo: MemoManager): RealtimeItem[] {
  const messages = saidInCall(memo).slice(-RESTORED_MESSAGES);
  const answered = new Set(messages.flatMap(({ meta }) => meta?.['toolCallId'] ?? []));
  const called = new Set(messages.flatMap((message) => callsOf(message).map(({ callId }) => callId)));
  return messages.flatMap((message) => itemsOf(message, answered, called));
}

/** Whether the last word is the caller's, or one that the model has to make something of. */
export function owesReply(memo: MemoManager): boolean {
  const last = saidInCall(memo).at(-1);
  if (last?.role !== 'assistant') return last !== undefined;
  const interrupted = last.meta?.['interrupted'];
  return isJsonObject(interrupted) && interrupted['cause'] === 'connection_lost';
}

export function hasBegun(memo: MemoManager): boolean {
  return saidInCall(memo).length > 0;
}

/** In the order of the store; what it has not numbered yet comes last, by its time. */
function saidInCall(memo: MemoManager): MemoMessage[] {
  const messages = memo.agentsWithHistory().flatMap((agent) => memo.getHistory(agent));
  const said = messages.filter(({ role }) => role !== 'system');
  return said.sort(
    (left, right) => (left.seq ?? Infinity) - (right.seq ?? Infinity) || (left.at ?? 0) - (right.at ?? 0),
  );
}

function itemsOf(message: MemoMessage, answered: ReadonlySet<JsonValue>, called: ReadonlySet<string>): RealtimeItem[] {
  const { role, content, meta } = message;
  if (role === 'system') return [];
  if (role === 'tool') {
    const callId = meta?.['toolCallId'];
    const isKnown = typeof callId === 'string' && called.has(callId);
    return isKnown ? [{ type: 'functionResult', callId, output: content }] : [];
  }
  const said: RealtimeItem[] = content === '' ? [] : [{ type: 'message', role, text: content }];
  return [...said, ...callsOf(message).filter(({ callId }) => answered.has(callId))];
}

function callsOf({ meta }: MemoMessage): Extract<RealtimeItem, { type: 'functionCall' }>[] {
  const calls = meta?.['toolCalls'];
  return Array.isArray(calls) ? calls.filter(isJsonObject).flatMap(callOf) : [];
}

function callOf({ id, name, arguments: args }: JsonObject): Extract<RealtimeItem, { type: 'functionCall' }>[] {
  if (typeof id !== 'string' || typeof name !== 'string' || typeof args !== 'string') return [];
  return [{ type: 'functionCall', callId: id, name, arguments: args }];
}
