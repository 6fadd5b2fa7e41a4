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

/** What agents may call, by the handoffs of their session: both are replaced by every change of the session's agents. */
type KnownTools = WeakMap<ReadonlyMap<string, string>, WeakMap<Agent, readonly ToolSpec[]>>;

/** The tools of agents as models are told of them: what they may call, and to whom they may hand over. */
export class AgentTools {
  private readonly known: KnownTools = new WeakMap();

  constructor(private readonly sources: AgentToolSources) {}

  of(session: AgentSession, agent: Agent): readonly ToolSpec[] {
    const handoffs = this.sources.handoffs.handoffs(session);
    let known = this.known.get(handoffs);
    if (!known) this.known.set(handoffs, (known = new WeakMap()));
    let tools = known.get(agent);
    if (!tools) known.set(agent, (tools = agentTools(session, agent, this.sources)));
    return tools;
  }
}

function agentTools(
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

interface AgentToolSources {
  readonly agents: AgentProvider;
  readonly handoffs: HandoffProvider;
  readonly registry: Pick<ToolRegistry, 'specs'>;
}

function handoffSpec(name: string, target: Pick<Agent, 'name'> & Partial<Pick<Agent, 'description'>>): ToolSpec {
  const about = target.description ? `: ${target.description}` : '.';
  return { name, description: `Hands the call over to ${target.name}${about}`, parameters: HANDOFF_PARAMETERS };
}
