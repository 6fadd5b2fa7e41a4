import { SetMetadata } from '@nestjs/common';
import type { ToolContext } from './tool';

export const TOOL_METADATA = 'parley:tool';

/** How long a caller bears hearing nothing but "one moment". */
export const DEFAULT_TOOL_TIMEOUT_MS = 8_000;

export interface ToolOptions {
  /** Up to 64 of `A-Z a-z 0-9 _ -`; different from the name of every other tool and handoff. */
  readonly name: string;
  /** For the model: what the tool does, and when to call it. Up to 1,024 characters. */
  readonly description: string;
  /** JSON Schema of the arguments, of the type `object`; its `default`s are filled in. */
  readonly parameters: object;
  /** @default 8000 */
  readonly timeoutMs?: number;
}

/**
 * A method of a tool: gets arguments that fit its schema, and gives anything that can be made JSON. A refusal that the
 * model should know of is an output; what it throws reaches nobody but, without its text, the log.
 */
type ToolMethod = (args: never, context: ToolContext) => unknown;

/**
 * Makes a tool of a method of a provider. It is found at the start, whichever module the provider belongs to; providers
 * that are made anew for each request cannot have tools.
 */
export function Tool(
  options: ToolOptions,
): <T extends ToolMethod>(target: object, key: string, descriptor: TypedPropertyDescriptor<T>) => void {
  return (target, key, descriptor) => {
    SetMetadata(TOOL_METADATA, options)(target, key, descriptor);
  };
}
