import type { ToolFailureCode, ToolResult } from './tool';

/** What a caller hears of a failure: no blame, no cause, and nothing that is not known. */
const SPOKEN: Readonly<Record<ToolFailureCode, string>> = {
  unknown_tool: "I'm sorry, that's something I can't do on this call.",
  invalid_arguments: "I'm sorry, I didn't get that quite right. Let me try again.",
  tool_timeout: "I'm sorry, that is taking longer than it should.",
  tool_failed: "I'm sorry, that didn't work just now.",
  aborted: 'I stopped before that was finished.',
};

/** A tool that there is not, or not for the agent that calls it. */
export function unknownTool(): ToolResult & { readonly ok: false } {
  return toolFailure('unknown_tool', 'There is no such tool. Use one of those you were given.');
}

export function toolFailure(code: ToolFailureCode, message: string): ToolResult & { readonly ok: false } {
  return { ok: false, code, message, spoken: SPOKEN[code] };
}
