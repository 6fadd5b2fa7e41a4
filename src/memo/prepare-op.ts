import { deepFreeze, type JsonValue } from '../common/json';
import { ParleyError } from '../common/parley-error';
import { parseOps } from '../store/op-validation';
import type { Op } from '../store/ops';

export interface PreparedOp {
  readonly op: Op;
  /** About what it takes on the wire, for the bound on unwritten changes. */
  readonly bytes: number;
}

/** Fields of operations that hold free JSON, by which a program could hand us an object it goes on changing. */
const FREE_JSON = ['value', 'slots', 'output', 'meta', 'message'] as const;
/** Names, code letters and separators of one operation, about. */
const OVERHEAD_BYTES = 64;

/**
 * Makes a program's operation ours: checked against the same schemas as one from outside, and its values copied and
 * frozen, so that what is written later is what was said now.
 * @throws ParleyError as {@link parseOps}, and `validation_failed` for a value that JSON cannot carry
 */
export function prepareOp(candidate: Op): PreparedOp {
  let bytes = OVERHEAD_BYTES;
  const fields: Record<string, unknown> = { ...candidate };
  for (const name of FREE_JSON) {
    const value = fields[name];
    if (value === undefined) continue;
    const copy = copyJson(value);
    fields[name] = deepFreeze(copy.value);
    bytes += copy.length;
  }
  const [op] = parseOps([fields], '/op') as [Op];
  if ('content' in op) bytes += op.content.length;
  return { op: Object.freeze(op), bytes };
}

function copyJson(value: unknown): { value: JsonValue; length: number } {
  // JSON.stringify says undefined where its type does not: of a function, for one.
  let text: string | undefined;
  if (typeof value === 'string') return { value, length: value.length };
  try {
    text = JSON.stringify(value);
  } catch {
    // A cycle, a BigInt, or nesting beyond the stack: the engine's message could quote keys.
  }
  if (text === undefined) throw new ParleyError('validation_failed', 'The value cannot be written as JSON.');
  return { value: JSON.parse(text) as JsonValue, length: text.length };
}
