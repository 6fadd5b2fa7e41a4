import { deepFreeze, isJsonObject, type JsonObject } from '../../common/json';
import { toJsonSafe } from '../../common/json-safe';
import { TOOL_PATTERN } from '../../session-agents';
import type { ToolContext, ToolSpec } from './tool';
import { type ArgumentParser, argumentParser } from './tool-arguments';
import { DEFAULT_TOOL_TIMEOUT_MS, type ToolOptions } from './tool.decorator';

/** As long as the strictest vendor takes. */
const MAX_DESCRIPTION_CHARACTERS = 1024;
/** No turn waits longer, whatever a tool asks for. */
const MAX_TIMEOUT_MS = 120_000;

export interface RegisteredTool {
  readonly spec: ToolSpec;
  readonly timeoutMs: number;
  readonly parse: ArgumentParser;
  call(args: JsonObject, context: ToolContext): unknown;
}

/** @throws Error with all that is wrong with what the decorator says */
export function registeredTool(options: ToolOptions, call: RegisteredTool['call']): RegisteredTool {
  const { name, description, timeoutMs = DEFAULT_TOOL_TIMEOUT_MS } = options;
  const parameters = toJsonSafe(options.parameters);
  const faults = [...optionFaults(name, description, timeoutMs)];
  const parse = parserOf(parameters, faults);
  if (parse === undefined || faults.length > 0) throw new Error(faults.join('; '));
  return { spec: deepFreeze({ name, description, parameters: parameters as JsonObject }), timeoutMs, parse, call };
}

function* optionFaults(name: unknown, description: unknown, timeoutMs: unknown): Generator<string> {
  if (typeof name !== 'string' || !TOOL_PATTERN.test(name)) yield 'name must be 1 to 64 of A-Z a-z 0-9 _ -';
  if (!isText(description, MAX_DESCRIPTION_CHARACTERS)) {
    yield `description must be a text of up to ${MAX_DESCRIPTION_CHARACTERS} characters`;
  }
  if (!Number.isInteger(timeoutMs) || Number(timeoutMs) < 1 || Number(timeoutMs) > MAX_TIMEOUT_MS) {
    yield `timeoutMs must be a whole number from 1 to ${MAX_TIMEOUT_MS}`;
  }
}

function isText(value: unknown, maxCharacters: number): boolean {
  return typeof value === 'string' && value.trim() !== '' && value.length <= maxCharacters;
}

function parserOf(parameters: unknown, faults: string[]): ArgumentParser | undefined {
  try {
    if (!isJsonObject(parameters)) throw new Error('must be a JSON Schema of the type object');
    return argumentParser(parameters);
  } catch (error) {
    faults.push(`parameters: ${error instanceof Error ? error.message : 'cannot be used'}`);
    return undefined;
  }
}
