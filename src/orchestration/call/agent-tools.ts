import type { JsonObject } from '../../common/json';
import type { Agent, AgentProvider, AgentSession, HandoffProvider } from '../../session-agents';
import type { ToolRegistry, ToolSpec } from '../tools';

/** What a model may say when it hands a call over; whatever else it says is passed on as well. */
const HANDOFF_PARAMETERS: JsonObject = {
  type: 'object',
  properties: {
    reason: { type: 'string', description: 'What the caller wants, in a few words.' },
    summary: { type: 'string', description: 'What is known and done so far, in a sentence or two.' },
  },
};

/** The tools of an agent as a model is told of them: what it may call, and to whom it may hand over. */
export function agentTools(
  session: AgentSession,
  agent: Agent,
  { agents, handoffs, registry }: AgentToolSources,
): readonly ToolSpec[] {
  const targets = handoffs.handoffs(session);
  return agent.tools.flatMap((name) => {
    const target = targets.get(name);
    if (target === undefined) return registry.specs([name]);
    return handoffSpec(name, agents.agents(session).find((candidate) => candidate.name === target) ?? { name: target });
  });
}

export interface AgentToolSources {
  readonly agents: AgentProvider;
  readonly handoffs: HandoffProvider;
  readonly registry: Pick<ToolRegistry, 'specs'>;
}

function handoffSpec(name: string, target: Pick<Agent, 'name'> & Partial<Pick<Agent, 'description'>>): ToolSpec {
  const about = target.description ? `: ${target.description}` : '.';
  return { name, description: `Hands the call over to ${target.name}${about}`, parameters: HANDOFF_PARAMETERS };
}
