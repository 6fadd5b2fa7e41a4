import type { JsonValue } from '../../common/json';
import { ParleyError } from '../../common/parley-error';
import type { AgentRecord } from '../../store/agent-state';
import { type Agent, agentKey } from '../agent';
import type { SessionRoster } from '../resolution/session-roster';
import { parseRecordName, RECORD } from '../state/agent-records';
import { isOverrideOf, removing } from './plan-override';
import type { ChangePlan } from './session-changes';

/** Adds an agent that this session alone has. @throws ParleyError `agent_exists`, `handoff_taken` */
export function planAgent(agent: Agent, roster: SessionRoster): ChangePlan {
  const key = agentKey(agent.name);
  if (roster.original(agent.name)) throw new ParleyError('agent_exists', 'The session has an agent with this name.');
  const { trigger } = agent.handoff;
  if (trigger !== null && roster.handoffs().has(trigger)) {
    throw new ParleyError('handoff_taken', 'Another agent of the session is reached by this handoff trigger.');
  }
  const records = new Map<string, JsonValue>([[RECORD.custom(key), agent as unknown as JsonValue]]);
  return { action: 'createAgent', agent: agent.name, scope: `agent:${key}`, records };
}

/** Removes a custom agent, with its overrides and with the handoffs that the session has led to it. */
export function planDeletion(agent: Agent, records: ReadonlyMap<string, AgentRecord>): ChangePlan {
  const key = agentKey(agent.name);
  const leads = (name: string) => parseRecordName(name)?.kind === 'handoff' && isNameOf(records.get(name)?.value, key);
  const names = [...records.keys()].filter((name) => isOverrideOf(name, key) || leads(name));
  return {
    action: 'deleteAgent',
    agent: agent.name,
    scope: `agent:${key}`,
    records: removing([RECORD.custom(key), ...names]),
  };
}

function isNameOf(value: JsonValue | undefined, key: string): boolean {
  return typeof value === 'string' && agentKey(value) === key;
}
