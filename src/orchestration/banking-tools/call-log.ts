import type { JsonObject } from '../../common/json';
import type { ToolSession } from '../tools';
import { objectsAt } from './json-path';

/** Why a tool did not do it. */
export interface Refusal {
  readonly reason: string;
  /** For the model: what to do instead. */
  readonly message: string;
  /** A sentence for the caller, where nothing better is said. */
  readonly spoken: string;
}

/** Of a tool that only looks something up. */
export function refused({ reason, message, spoken }: Refusal): JsonObject {
  return { done: false, reason, message, spoken };
}

/**
 * What one tool has done in this call. A session keeps the last output of each tool alone, so every output carries the
 * list on, refusals too: a card that was blocked stays blocked, whatever is asked afterwards.
 */
export class CallLog {
  readonly entries: readonly JsonObject[];

  constructor(session: ToolSession, tool: string) {
    this.entries = objectsAt(session.toolOutputs().get(tool), 'in_this_call');
  }

  refused(refusal: Refusal): JsonObject {
    return { ...refused(refusal), in_this_call: this.entries };
  }

  done(output: JsonObject, entry: JsonObject): JsonObject {
    return { done: true, ...output, in_this_call: [...this.entries, entry] };
  }

  /** It was done before: said again, and not done twice. */
  again(output: JsonObject): JsonObject {
    return { done: true, ...output, in_this_call: this.entries };
  }
}
