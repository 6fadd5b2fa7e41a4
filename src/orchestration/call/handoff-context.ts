import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';

/**
 * Members of a handoff tool's arguments that steer the handoff instead of telling of the call. Who hands over to whom is
 * for the handoff map to say, not for a model's text.
 */
const CONTROL_FIELDS: readonly string[] = [
  'handoff',
  'handoff_type',
  'target',
  'target_agent',
  'agent',
  'agent_name',
  'to',
  'tool',
  'tool_name',
  'success',
  'status',
  'message',
  'session_overwrites',
  'session_overrides',
  'should_interrupt_playback',
  'previous_agent',
];

/** What a handoff passes on, of the arguments as a model wrote them; nothing where they are no object. */
export function handoffContext(argumentsJson: string): JsonObject {
  const value = parsed(argumentsJson);
  if (!isJsonObject(value)) return {};
  const entries = Object.entries(value).filter(
    ([name, member]) => !CONTROL_FIELDS.includes(name) && !name.startsWith('_') && member !== null && member !== '',
  );
  return Object.fromEntries(entries);
}

/** A handoff that was asked for, as it is kept. Anybody may have put something else there: that leads nowhere. */
export function pendingHandoff(value: JsonValue): { readonly tool: string; readonly context: JsonObject } {
  const { tool, context } = isJsonObject(value) ? value : {};
  return { tool: typeof tool === 'string' ? tool : '', context: isJsonObject(context) ? context : {} };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}
