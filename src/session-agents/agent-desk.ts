import { Inject, Injectable } from '@nestjs/common';
import { idSequence, requireSessionId } from '../common/ids';
import type { JsonObject } from '../common/json';
import { ACTIVE_AGENT_KEY } from '../store/ops';
import { agentName } from '../store/session-state';
import { SESSION_STORE, type SessionStore } from '../store/session-store';
import type { Agent } from './agent';
import { AGENT_PROVIDER, type AgentProvider, HANDOFF_PROVIDER, type HandoffProvider } from './agent-provider';
import { AgentPrompts } from './agent-prompts';
import { LoadedSession } from './loaded-session';
import type { AgentExplanation } from './resolution/explain-agent';
import { handoffOps } from './state/handoff-context';

export interface Handoff {
  /** Who was in charge; null where nobody was. */
  readonly from: string | null;
  readonly to: string;
  readonly revision: number;
}

export interface AgentViewOptions {
  readonly isRendered: boolean;
  readonly isExplained: boolean;
}

/** An agent as a session sees it. */
export interface AgentView extends Agent {
  /** The system prompt with the session's data. */
  readonly rendered?: string;
  /** Where each field comes from. */
  readonly fields?: AgentExplanation['fields'];
}

/** Agents of sessions for callers outside this process. Every method throws as {@link SessionStore.load}. */
@Injectable()
export class AgentDesk {
  private readonly nextBatchId = idSequence();

  constructor(
    @Inject(SESSION_STORE) private readonly store: SessionStore,
    @Inject(AGENT_PROVIDER) private readonly agents: AgentProvider,
    @Inject(HANDOFF_PROVIDER) private readonly handoffs: HandoffProvider,
    private readonly prompts: AgentPrompts,
  ) {}

  async list(sessionId: string): Promise<readonly Agent[]> {
    return this.agents.agents(await this.session(sessionId));
  }

  /** An agent and what else is asked for, all of one revision. @throws ParleyError `agent_not_found`, `template_failed` */
  async view(sessionId: string, name: string, { isRendered, isExplained }: AgentViewOptions): Promise<AgentView> {
    const session = await this.session(sessionId);
    const agent = this.agents.agent(session, name);
    return {
      ...agent,
      ...(isRendered && { rendered: await this.prompts.systemPrompt(session, agent) }),
      ...(isExplained && { fields: this.agents.explain(session, name).fields }),
    };
  }

  /** @throws ParleyError `agent_not_found` */
  async explain(sessionId: string, name: string): Promise<AgentExplanation> {
    return this.agents.explain(await this.session(sessionId), name);
  }

  /**
   * Puts the agent in charge to whom a tool leads.
   * @param context what is passed on, kept under the context key `handoff_context`
   * @throws ParleyError `handoff_not_found`, `agent_not_found`
   */
  async handOff(sessionId: string, tool: string, context: JsonObject | undefined): Promise<Handoff> {
    const state = await this.store.load(requireSessionId(sessionId));
    const to = this.handoffs.target(new LoadedSession(state), tool).name;
    const from = agentName(state.context.get(ACTIVE_AGENT_KEY));
    const ops = handoffOps(state.context, to, context);
    const { revision } = await this.store.apply(sessionId, { id: this.nextBatchId(), ops });
    return { from, to, revision };
  }

  private async session(sessionId: string): Promise<LoadedSession> {
    return new LoadedSession(await this.store.load(requireSessionId(sessionId)));
  }
}
