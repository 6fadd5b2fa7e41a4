import type { JsonObject, JsonValue } from '../common/json';
import type { Op } from '../store/ops';
import type { Redactor } from './redactor';

/** Names, numbers and times; whatever else an operation says is searched, that of later kinds of operation too. */
const KEPT_MEMBERS: readonly string[] = [
  'op',
  'agent',
  'role',
  'key',
  'tool',
  'stage',
  'run',
  'seq',
  'at',
  'seconds',
  'epoch',
];

/**
 * Operations as they may be stored where redaction is asked for before storage. System prompts are the operator's own
 * words and stay; so does what is told of agents, which only their own module can change.
 */
export function redactOps(ops: readonly Op[], redactor: Redactor): Op[] {
  return ops.map((op) => (op.op === 'systemPrompt' || op.op === 'changeAgents' ? op : redactedOp(op, redactor)));
}

function redactedOp(op: Op, redactor: Redactor): Op {
  const members = Object.entries(op as unknown as JsonObject).map(([name, value]): [string, JsonValue] => [
    name,
    KEPT_MEMBERS.includes(name) ? value : redactor.json(value),
  ]);
  return Object.fromEntries(members) as unknown as Op;
}
