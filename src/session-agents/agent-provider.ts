import type { JsonValue } from '../common/json';
import type { AgentState } from '../store/agent-state';
import type { Agent } from './agent';
import type { AgentExplanation } from './resolution/explain-agent';

/** What is known of a session when its agents are asked for: a live memo, or a session that was just loaded. */
export interface AgentSession {
  readonly sessionId: string;
  readonly agents: AgentState;
  getContext(key: string): JsonValue | undefined;
  slots(): ReadonlyMap<string, JsonValue>;
  toolOutputs(): ReadonlyMap<string, JsonValue>;
}

/**
 * The agents of a session, as orchestrators see them. Names are compared without regard to case. A resolution reads
 * memory alone; ask again in every turn, and a change made meanwhile is in effect.
 */
export interface AgentProvider {
  /** @throws ParleyError `agent_not_found`, which lists the known ones */
  agent(session: AgentSession, name: string): Agent;
  /** All of them: the base agents in the order of their folders, then the session's own. */
  agents(session: AgentSession): readonly Agent[];
  /** The agent in charge; where nobody is, or one that is not known, the entry point. */
  activeAgent(session: AgentSession): Agent;
  /** Where each of the agent's fields comes from. @throws ParleyError `agent_not_found` */
  explain(session: AgentSession, name: string): AgentExplanation;
}

/** Which tool hands a call over to whom. */
export interface HandoffProvider {
  /** Names of agents by tool. */
  handoffs(session: AgentSession): ReadonlyMap<string, string>;
  /** @throws ParleyError `handoff_not_found`; `agent_not_found` where it leads to an agent that is not known */
  target(session: AgentSession, tool: string): Agent;
}

/** Injection token of {@link AgentProvider}. */
export const AGENT_PROVIDER = Symbol('AGENT_PROVIDER');
/** Injection token of {@link HandoffProvider}. */
export const HANDOFF_PROVIDER = Symbol('HANDOFF_PROVIDER');
