import { type Static, Type } from '@sinclair/typebox';
import type { JsonObject, JsonValue } from '../common/json';

/** A recorded conversation, as the file of calls holds it. The formats are those of the file's reader (call-file.ts). */
const Name = Type.String({ format: 'name' });
const Text = Type.String({ format: 'message' });
const JsonMap = Type.Unsafe<JsonObject>({
  type: 'object',
  propertyNames: { type: 'string', format: 'name' },
  additionalProperties: true,
});

const TOOL_CALL = Type.Object(
  { tool: Name, parameters: JsonMap, results: Type.Unsafe<JsonValue>({}) },
  { additionalProperties: false },
);

const USER_TURN = Type.Object(
  { role: Type.Literal('user'), agent: Name, text: Text, slots: Type.Optional(JsonMap) },
  { additionalProperties: false },
);

const ASSISTANT_TURN = Type.Object(
  { role: Type.Literal('assistant'), agent: Name, text: Text, toolCalls: Type.Optional(Type.Array(TOOL_CALL)) },
  { additionalProperties: false },
);

export type CallTurn = Static<typeof USER_TURN> | Static<typeof ASSISTANT_TURN>;

const TURN = Type.Unsafe<CallTurn>({
  type: 'object',
  required: ['role'],
  discriminator: { propertyName: 'role' },
  oneOf: [USER_TURN, ASSISTANT_TURN],
});

export const CALL_SCHEMA = Type.Object(
  {
    callId: Name,
    /** In the order in which the call visits them. */
    agents: Type.Array(Name, { minItems: 1 }),
    turns: Type.Array(TURN, { minItems: 1 }),
  },
  { additionalProperties: false },
);

export type Call = Static<typeof CALL_SCHEMA>;

export type ToolCall = Static<typeof TOOL_CALL>;

export function slotsOf(turn: CallTurn): JsonObject {
  return turn.role === 'user' ? (turn.slots ?? {}) : {};
}

export function toolCallsOf(turn: CallTurn): readonly ToolCall[] {
  return turn.role === 'assistant' ? (turn.toolCalls ?? []) : [];
}
