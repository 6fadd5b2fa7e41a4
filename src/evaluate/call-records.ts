import type { JsonObject, JsonValue } from '../common/json';
import { type Call, type ToolCall, toolCallsOf } from '../programs/call';
import { haveSameParameters } from './same-text';

/** What a tool answers that the call's record has no result of. */
export const NOTHING_ON_RECORD: JsonValue = {
  done: false,
  reason: 'nothing_on_record',
  message: 'Nothing is known of that in this call. Do not try it again.',
};

/** What tools answer in the sessions that are being played: each from the record of its own call, and of no other. */
export class CallRecords {
  private readonly bySession = new Map<string, CallRecord>();

  begin(sessionId: string, { turns }: Call): void {
    this.bySession.set(sessionId, new CallRecord(turns.flatMap(toolCallsOf)));
  }

  end(sessionId: string): void {
    this.bySession.delete(sessionId);
  }

  answer(sessionId: string, tool: string, parameters: JsonObject): JsonValue {
    const found = this.bySession.get(sessionId)?.find(tool, parameters);
    return found ? found.results : NOTHING_ON_RECORD;
  }
}

class CallRecord {
  private readonly given = new Set<ToolCall>();

  constructor(private readonly calls: readonly ToolCall[]) {}

  /** The call with these parameters, however often, or else the tool's next one whose result was not given yet. */
  find(tool: string, parameters: JsonObject): ToolCall | undefined {
    const ofTool = this.calls.filter((call) => call.tool === tool);
    const fitting = ofTool.find((call) => haveSameParameters(call.parameters, parameters));
    const found = fitting ?? ofTool.find((call) => !this.given.has(call));
    if (found) this.given.add(found);
    return found;
  }
}
