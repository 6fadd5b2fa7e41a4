import type { JsonObject } from '../common/json';
import { Tool, type ToolContext } from '../orchestration/tools';
import type { CallRecords } from './call-records';
import type { RecordedTool } from './recorded-agents';

/**
 * A provider whose methods are the recorded tools. Which ones there are only the file says, so the methods are made and
 * marked here, one by one; for the registry they are tools like all others, and it needs no second way to learn of some.
 */
export function recordedTools(tools: readonly RecordedTool[], records: CallRecords): object {
  class RecordedTools {}
  for (const { name, schema } of tools) {
    const call = (args: JsonObject, { session }: ToolContext) => records.answer(session.sessionId, name, args);
    const description = `Calls ${name}.`;
    // A tool may be called `constructor`.
    const key = `call_${name}`;
    Object.defineProperty(RecordedTools.prototype, key, { value: call });
    Tool({ name, description, parameters: schema })(RecordedTools.prototype, key, { value: call });
  }
  return new RecordedTools();
}
