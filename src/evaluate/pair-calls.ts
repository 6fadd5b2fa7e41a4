import type { ToolCall } from '../programs/call';
import type { MadeCall } from './made-calls';
import { equalParameters } from './same-text';

/** A call of the script that the model has made, too. */
export interface CallPair {
  readonly script: ToolCall;
  readonly made: MadeCall;
  /** Parameters with the same values. */
  readonly equal: number;
}

/** Pairs calls of the same tool, each with one other at most, those first that have the most parameters in common. */
export function pairCalls(script: readonly ToolCall[], made: readonly MadeCall[]): readonly CallPair[] {
  const candidates = script
    .flatMap((call) => made.filter(({ tool }) => tool === call.tool).map((other) => candidate(call, other)))
    .sort((left, right) => right.equal - left.equal);
  const paired = new Set<object>();
  return candidates.filter((pair) => {
    if (paired.has(pair.script) || paired.has(pair.made)) return false;
    paired.add(pair.script).add(pair.made);
    return true;
  });
}

function candidate(script: ToolCall, made: MadeCall): CallPair {
  return { script, made, equal: equalParameters(script.parameters, made.parameters) };
}
