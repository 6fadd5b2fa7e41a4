import type { JsonObject, JsonValue } from '../../common/json';

/** What a tool may read of the call; a live memo is one. */
export interface ToolSession {
  readonly sessionId: string;
  getContext(key: string): JsonValue | undefined;
  slots(): ReadonlyMap<string, JsonValue>;
  /** The last stored output of each tool, by its name. */
  toolOutputs(): ReadonlyMap<string, JsonValue>;
}

/** What a tool is handed beside its arguments. */
export interface ToolContext {
  readonly session: ToolSession;
  /** Aborted when the tool's time is up or its turn is over: nobody waits for the output any more. */
  readonly signal: AbortSignal;
}

/** A tool as a model is told of it. */
export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments, an object. */
  readonly parameters: JsonObject;
}

export type ToolFailureCode = 'unknown_tool' | 'invalid_arguments' | 'tool_timeout' | 'tool_failed' | 'aborted';

/** What became of a call of a tool. What it refuses for reasons of its own (no such card) is an output too. */
export type ToolResult =
  | { readonly ok: true; readonly output: JsonValue }
  | {
      readonly ok: false;
      readonly code: ToolFailureCode;
      /** For the model: what is wrong, and nothing of what the tool threw. */
      readonly message: string;
      /** A sentence for the caller, where nothing better is said. */
      readonly spoken: string;
    };
