import type { Agent } from '../agent';
import { LIMITS } from '../agent-limits';
import { parseRecordName, RECORD } from '../state/agent-records';
import { refuse } from './agent-rules';
import type { ChangePlan } from './session-changes';

/**
 * Leads a tool to an agent; null: back to where the agents themselves say.
 * @param records those of the session as they stand
 * @throws ParleyError `validation_failed` where the session has as many handoffs as it may
 */
export function planHandoff(tool: string, target: Agent | null, records: ReadonlyMap<string, unknown>): ChangePlan {
  const name = RECORD.handoff(tool);
  if (target && !records.has(name)) refuseIfFull(records);
  return {
    action: target ? 'setHandoff' : 'deleteHandoff',
    agent: target?.name,
    scope: 'handoffs',
    records: new Map([[name, target?.name ?? null]]),
  };
}

function refuseIfFull(records: ReadonlyMap<string, unknown>): void {
  const own = [...records.keys()].filter((name) => parseRecordName(name)?.kind === 'handoff');
  if (own.length < LIMITS.handoffs) return;
  refuse([{ path: '', message: `leads a tool too many elsewhere: a session has at most ${LIMITS.handoffs} handoffs` }]);
}
