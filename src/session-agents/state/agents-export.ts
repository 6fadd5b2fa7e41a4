import type { JsonObject } from '../../common/json';
import type { AgentRecord } from '../../store/agent-state';
import { ACTIVE_AGENT_KEY } from '../../store/ops';
import { agentName, type SessionState } from '../../store/session-state';
import { visitedAgents, VISITED_AGENTS_KEY } from './handoff-context';
import { type Assignment, overridesOf, sessionAgentsOf } from './session-agents';

export const EXPORT_FORMAT = 'parley.session-agents/1';

/** All that a session has of agents of its own, to be kept elsewhere or given to another session. */
export type AgentsExport = {
  readonly format: typeof EXPORT_FORMAT;
  readonly activeAgent: string | null;
  readonly visitedAgents: readonly string[];
  /** Overrides by agent, whose names are in lower case where they are not custom agents'. */
  readonly overrides: { readonly [agent: string]: JsonObject };
  /** Custom agents, whole. */
  readonly customAgents: readonly JsonObject[];
  readonly handoffs: { readonly [tool: string]: string };
  readonly experiment: Assignment | null;
};

export function exportOf(
  { context }: Pick<SessionState, 'context'>,
  records: ReadonlyMap<string, AgentRecord>,
): AgentsExport {
  const { overrides, custom, handoffs, experiment } = sessionAgentsOf(records);
  return {
    format: EXPORT_FORMAT,
    activeAgent: agentName(context.get(ACTIVE_AGENT_KEY)),
    visitedAgents: visitedAgents(context.get(VISITED_AGENTS_KEY)),
    overrides: Object.fromEntries([...overrides].map(([key, fields]) => [key, overridesOf(fields) as JsonObject])),
    customAgents: [...custom.values()].map(({ value }) => value as unknown as JsonObject),
    handoffs: Object.fromEntries([...handoffs].map(([tool, { value }]) => [tool, value])),
    experiment: experiment?.value ?? null,
  };
}
