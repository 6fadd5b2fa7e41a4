import type { JsonObject } from '../../common/json';
import type { AgentRecord } from '../../store/agent-state';
import { ACTIVE_AGENT_KEY, isName } from '../../store/ops';
import { agentName, type SessionState } from '../../store/session-state';
import { LIMITS } from '../agent-limits';
import { type ImportRules, Importable } from './agents-importable';
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

/** What an import would refuse is left out, such as overrides of an agent that the service does not have any more. */
export function exportOf(
  { context }: Pick<SessionState, 'context'>,
  records: ReadonlyMap<string, AgentRecord>,
  rules: ImportRules,
): AgentsExport {
  const own = sessionAgentsOf(records);
  const importable = new Importable(own, rules);
  const active = agentName(context.get(ACTIVE_AGENT_KEY));
  const overrides = [...own.overrides].filter(([key]) => importable.isAgent(key));
  return {
    format: EXPORT_FORMAT,
    activeAgent: active !== null && isName(active) ? active : null,
    visitedAgents: visitedAgents(context.get(VISITED_AGENTS_KEY)).filter(isName).slice(0, LIMITS.visitedAgents),
    overrides: Object.fromEntries(
      overrides.map(([key, fields]) => [key, importable.withTools(overridesOf(fields)) as JsonObject]),
    ),
    customAgents: importable.customAgents.map((agent) => importable.withTools(agent) as unknown as JsonObject),
    handoffs: Object.fromEntries(importable.handoffs),
    experiment: own.experiment ? importable.assignment(own.experiment.value) : null,
  };
}
