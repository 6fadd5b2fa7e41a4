import type { Agent } from '../agent';
import { RECORD } from '../state/agent-records';
import type { ChangePlan } from './session-changes';

/** Leads a tool to an agent; null: back to where the agents themselves say. */
export function planHandoff(tool: string, target: Agent | null): ChangePlan {
  return {
    action: target ? 'setHandoff' : 'deleteHandoff',
    agent: target?.name,
    scope: 'handoffs',
    records: new Map([[RECORD.handoff(tool), target?.name ?? null]]),
  };
}
