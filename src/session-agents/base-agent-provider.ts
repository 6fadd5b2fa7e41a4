import { Injectable } from '@nestjs/common';
import { ACTIVE_AGENT_KEY } from '../store/ops';
import { agentName } from '../store/session-state';
import type { Agent } from './agent';
import { agentErrors } from './agent-errors';
import type { AgentProvider, AgentSession, HandoffProvider } from './agent-provider';
import { BaseAgents } from './base/base-agents';
import { type AgentExplanation, explainAgent } from './resolution/explain-agent';
import { sessionAgentsOf } from './state/session-agents';

const NOTHING_OWN = sessionAgentsOf(new Map());

/** The base agents for every session: what is stored of agents of its own is kept and ignored. */
@Injectable()
export class BaseAgentProvider implements AgentProvider, HandoffProvider {
  constructor(private readonly base: BaseAgents) {}

  agent(_session: AgentSession, name: string): Agent {
    const agent = this.base.get(name);
    if (!agent) throw agentErrors.agentNotFound(this.base.names());
    return agent;
  }

  agents(): readonly Agent[] {
    return this.base.all();
  }

  activeAgent(session: AgentSession): Agent {
    const name = agentName(session.getContext(ACTIVE_AGENT_KEY));
    return (name === null ? undefined : this.base.get(name)) ?? this.base.entryPoint;
  }

  explain(session: AgentSession, name: string): AgentExplanation {
    return explainAgent(this.agent(session, name), this.base, NOTHING_OWN);
  }

  handoffs(): ReadonlyMap<string, string> {
    return this.base.handoffs;
  }

  target(session: AgentSession, tool: string): Agent {
    const name = this.base.handoffs.get(tool);
    if (name === undefined) throw agentErrors.handoffNotFound(this.base.handoffs.keys());
    return this.agent(session, name);
  }
}
