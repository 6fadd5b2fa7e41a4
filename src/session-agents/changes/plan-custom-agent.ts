import type { JsonValue } from '../../common/json';
import { ParleyError } from '../../common/parley-error';
import type { AgentRecord } from '../../store/agent-state';
import { type Agent, agentKey } from '../agent';
import { LIMITS } from '../agent-limits';
import type { SessionRoster } from '../resolution/session-roster';
import { parseRecordName, RECORD } from '../state/agent-records';
import { refuse } from './agent-rules';
import { isOverrideOf, removing } from './plan-override';
import type { ChangePlan } from './session-changes';

/**
 * Adds an agent that this session alone has. It begins without overrides: those that an older service has left of an
 * agent that was never there are taken away.
 * @param path where the agent's definition is in what was given
 * @throws ParleyError `agent_exists`, `handoff_taken`, `validation_failed` where the session has as many as it may
 */
export function planAgent(agent: Agent, roster: SessionRoster, path = ''): ChangePlan {
  const key = agentKey(agent.name);
  if (roster.original(agent.name)) throw nameTaken(path);
  const { trigger } = agent.handoff;
  if (trigger !== null && roster.handoffs().has(trigger)) throw triggerTaken(path);
  if (roster.own.custom.size >= LIMITS.customAgents) {
    refuse([{ path, message: `is one agent too many: a session has at most ${LIMITS.customAgents} of its own` }]);
  }
  const left = [...(roster.own.overrides.get(key)?.keys() ?? [])].map((field) => RECORD.override(field, key));
  const records = new Map<string, JsonValue>([...removing(left), [RECORD.custom(key), agent as unknown as JsonValue]]);
  return { action: 'createAgent', agent: agent.name, scope: `agent:${key}`, records };
}

function nameTaken(path: string): ParleyError {
  return new ParleyError('agent_exists', 'The session has an agent with this name.', {
    errors: [{ path: `${path}/name`, message: 'is the name of another agent' }],
  });
}

function triggerTaken(path: string): ParleyError {
  return new ParleyError('handoff_taken', 'Another agent of the session is reached by this handoff trigger.', {
    errors: [{ path: `${path}/handoff/trigger`, message: 'leads to another agent' }],
  });
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
