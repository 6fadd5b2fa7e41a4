import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';
import { ACTIVE_AGENT_KEY, type Op } from '../../store/ops';
import { agentName } from '../../store/session-state';

/** Context key: names of the agents that have been in charge of the call, in the order of their first time. */
export const VISITED_AGENTS_KEY = 'visited_agents';
/** Context key: what the last handoff passed on, and who passed it on (`previous_agent`). */
export const HANDOFF_CONTEXT_KEY = 'handoff_context';

/** The operations that put an agent in charge. Handing over to whoever is in charge already keeps who was before. */
export function handoffOps(
  context: { get(key: string): JsonValue | undefined },
  to: string,
  passedOn: JsonObject | undefined,
): Op[] {
  const from = agentName(context.get(ACTIVE_AGENT_KEY));
  const visited = new Set([...visitedAgents(context.get(VISITED_AGENTS_KEY)), ...(from === null ? [] : [from]), to]);
  const previous = from === to ? previousAgent(context.get(HANDOFF_CONTEXT_KEY)) : from;
  return [
    { op: 'setActiveAgent', agent: to },
    { op: 'setContext', key: VISITED_AGENTS_KEY, value: [...visited] },
    { op: 'setContext', key: HANDOFF_CONTEXT_KEY, value: { ...passedOn, previous_agent: previous } },
  ];
}

function previousAgent(value: JsonValue | undefined): string | null {
  return isJsonObject(value) ? agentName(value['previous_agent']) : null;
}

/** Anybody may have put something else there. */
export function visitedAgents(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}
