import type { JsonValue } from '../../common/json';
import { ParleyError } from '../../common/parley-error';
import type { AgentRecord } from '../../store/agent-state';
import { agentKey } from '../agent';
import type { BaseAgents } from '../base/base-agents';
import { SessionRoster } from '../resolution/session-roster';
import { RECORD } from '../state/agent-records';
import { planDeletion } from './plan-custom-agent';
import type { ChangePlan } from './session-changes';

/**
 * Puts restored records of one agent in place, so that nothing leads nowhere afterwards: where the agent is no more,
 * handoffs to it go with it.
 * @throws ParleyError `handoff_taken` where another agent has come to be reached by its trigger
 */
export function planRollback(
  agent: string,
  revision: number,
  restored: ReadonlyMap<string, JsonValue>,
  records: ReadonlyMap<string, AgentRecord>,
  base: BaseAgents,
): ChangePlan {
  const key = agentKey(agent);
  const custom = new SessionRoster(base, records).own.custom.get(key)?.value;
  const isRemoved = restored.get(RECORD.custom(key)) === null && custom;
  const changes = new Map([...(isRemoved ? planDeletion(custom, records).records : []), ...restored]);
  refuseTakenTrigger(key, new SessionRoster(base, after(records, changes)));
  return { action: 'rollback', agent, target: revision, scope: `agent:${key}`, records: changes, always: true };
}

function refuseTakenTrigger(key: string, roster: SessionRoster): void {
  const trigger = roster.own.custom.get(key)?.value.handoff.trigger;
  if (trigger == null) return;
  const others = roster.all().filter(({ name, handoff }) => agentKey(name) !== key && handoff.trigger === trigger);
  if (others.length > 0) throw new ParleyError('handoff_taken', 'Another agent has this handoff trigger by now.');
}

function after(records: ReadonlyMap<string, AgentRecord>, changes: ReadonlyMap<string, JsonValue>) {
  const merged = new Map(records);
  for (const [name, value] of changes) {
    if (value === null) merged.delete(name);
    else merged.set(name, { value, revision: 0 });
  }
  return merged;
}
