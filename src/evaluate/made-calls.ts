import { isJsonObject, type JsonObject, type JsonValue } from '../common/json';
import type { SessionAnswer } from './service-answers';

/** A call of a tool as the model wrote it. */
export interface MadeCall {
  readonly tool: string;
  /** Empty where what it wrote is no object. */
  readonly parameters: JsonObject;
}

/** The calls that models made in a session, by the turn, handoffs too: events tell which tool, the history with what. */
export function madeCalls({ history }: SessionAnswer): ReadonlyMap<string, readonly MadeCall[]> {
  const byTurn = new Map<string, MadeCall[]>();
  for (const { role, meta } of Object.values(history).flat()) {
    if (role !== 'assistant' || !isJsonObject(meta)) continue;
    const { turn, toolCalls } = meta;
    if (typeof turn !== 'string' || !Array.isArray(toolCalls)) continue;
    byTurn.set(turn, [...(byTurn.get(turn) ?? []), ...toolCalls.flatMap(callOf)]);
  }
  return byTurn;
}

function callOf(value: JsonValue): MadeCall[] {
  const { name, arguments: text } = isJsonObject(value) ? value : {};
  return typeof name === 'string' && typeof text === 'string' ? [{ tool: name, parameters: parsed(text) }] : [];
}

function parsed(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
