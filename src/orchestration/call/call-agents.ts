import { Inject, Injectable, Logger } from '@nestjs/common';
import type { JsonObject } from '../../common/json';
import { isParleyError } from '../../common/parley-error';
import type { SessionMemory } from '../../memo';
import {
  type Agent,
  AGENT_PROVIDER,
  AgentPrompts,
  type AgentProvider,
  HANDOFF_PROVIDER,
  handoffOps,
  type HandoffProvider,
  promptScope,
  VISITED_AGENTS_KEY,
  visitedAgents,
} from '../../session-agents';
import { ACTIVE_AGENT_KEY } from '../../store/ops';
import { agentName } from '../../store/session-state';
import { ToolRegistry, type ToolSpec } from '../tools';
import { AgentTools } from './agent-tools';
import { handoffContext, pendingHandoff } from './handoff-context';
import { isSameScope } from './same-scope';

/**
 * Context key: a handoff that was asked for and is not done yet, `{tool, to, context}`. It is set and taken away within
 * one turn, so who finds it later carries it out: the process that began it is gone.
 */
export const PENDING_HANDOFF_KEY = 'pending_handoff';

/** What the model that has handed over is told of it. */
export function handoffResult({ to, context }: Pick<DoneHandoff, 'to' | 'context'>): JsonObject {
  return { ok: true, agent: to.name, context };
}

/** A handoff that has been carried out. */
export interface DoneHandoff {
  readonly tool: string;
  readonly from: Agent;
  readonly to: Agent;
  /** Whether the caller has been with the new agent before in this call. */
  readonly isReturn: boolean;
  readonly context: JsonObject;
}

interface RenderedPrompt {
  readonly agent: Agent;
  /** What the template saw. */
  readonly scope: JsonObject;
  readonly prompt: string;
}

/**
 * The agents of a call as those see them who run it, whichever way: who is in charge, what it is told and may do, and how
 * the call passes on to another one. All of it is in the memo, so that another process, or the other way of running a
 * call, goes on from there.
 */
@Injectable()
export class CallAgents {
  private readonly logger = new Logger('Agents');
  /** The last prompt of each call: most turns change nothing that its template sees. */
  private readonly prompts = new WeakMap<SessionMemory, RenderedPrompt>();
  private readonly agentTools: AgentTools;

  constructor(
    @Inject(AGENT_PROVIDER) readonly agents: AgentProvider,
    @Inject(HANDOFF_PROVIDER) readonly handoffs: HandoffProvider,
    private readonly templates: AgentPrompts,
    readonly registry: ToolRegistry,
  ) {
    this.agentTools = new AgentTools(this);
  }

  /** Who is in charge; the entry point where nobody is, or somebody who is not known any more. Puts it on record. */
  takeCharge(memo: SessionMemory): Agent {
    const agent = this.agents.activeAgent(memo);
    const stored = agentName(memo.getContext(ACTIVE_AGENT_KEY));
    if (stored === agent.name) return agent;
    if (stored !== null && stored.toLowerCase() !== agent.name.toLowerCase()) {
      this.logger.warn({ msg: 'an agent is no more; the entry point takes over', sessionId: memo.sessionId });
    }
    this.put(memo, agent, undefined);
    return agent;
  }

  /** The same agent as it is now: overrides and experiments may have changed it since. */
  asNow(memo: SessionMemory, agent: Agent): Agent {
    try {
      return this.agents.agent(memo, agent.name);
    } catch (error) {
      if (isParleyError(error, 'agent_not_found')) return this.takeCharge(memo);
      throw error;
    }
  }

  tools(memo: SessionMemory, agent: Agent): readonly ToolSpec[] {
    return this.agentTools.of(memo, agent);
  }

  isHandoff(memo: SessionMemory, tool: string): boolean {
    return this.handoffs.handoffs(memo).has(tool);
  }

  /** The agent's system prompt for this call, made its thread's first message. @throws ParleyError `template_failed` */
  async ensurePrompt(memo: SessionMemory, agent: Agent): Promise<string> {
    const scope = promptScope(memo, agent);
    const known = this.prompts.get(memo);
    const isKnown = known?.agent === agent && isSameScope(known.scope, scope);
    const prompt = isKnown ? known.prompt : await this.templates.systemPrompt(memo, agent);
    if (!isKnown) this.prompts.set(memo, { agent, scope, prompt });
    memo.ensureSystemPrompt(agent.name, prompt);
    return prompt;
  }

  /** Puts on record that a handoff was asked for. @throws ParleyError `handoff_not_found`, `agent_not_found` */
  askForHandoff(memo: SessionMemory, tool: string, argumentsJson: string): Agent {
    const to = this.handoffs.target(memo, tool);
    memo.setContext(PENDING_HANDOFF_KEY, { tool, to: to.name, context: handoffContext(argumentsJson) });
    return to;
  }

  /** Puts the new agent in charge, with what the old one passes on. */
  handOver(memo: SessionMemory, tool: string, from: Agent, to: Agent, argumentsJson: string): DoneHandoff {
    return this.carryOut(memo, { tool, from, to, context: handoffContext(argumentsJson) });
  }

  /**
   * Carries out a handoff that whoever began it has left undone; undefined where there is none, or nobody takes it. For who
   * begins to run the call: in the middle of it the handoff is under way.
   */
  resumeHandoff(memo: SessionMemory): DoneHandoff | undefined {
    const value = memo.getContext(PENDING_HANDOFF_KEY);
    if (value === undefined) return undefined;
    const { tool, context } = pendingHandoff(value);
    try {
      const to = this.handoffs.target(memo, tool);
      return this.carryOut(memo, { tool, from: this.agents.activeAgent(memo), to, context });
    } catch (error) {
      if (!isParleyError(error)) throw error;
      this.logger.warn({ msg: 'nobody takes a handoff that was left undone', sessionId: memo.sessionId });
      memo.deleteContext(PENDING_HANDOFF_KEY);
      return undefined;
    }
  }

  private carryOut(memo: SessionMemory, handoff: Omit<DoneHandoff, 'isReturn'>): DoneHandoff {
    const { to, context } = handoff;
    const isReturn = visitedAgents(memo.getContext(VISITED_AGENTS_KEY)).includes(to.name);
    this.put(memo, to, context);
    memo.deleteContext(PENDING_HANDOFF_KEY);
    return { ...handoff, isReturn };
  }

  /** The new agent's first words; empty where it has none. @throws ParleyError `template_failed` */
  greeting(memo: SessionMemory, { to, isReturn }: Pick<DoneHandoff, 'to' | 'isReturn'>): Promise<string> {
    return this.templates.greeting(memo, to, isReturn);
  }

  private put(memo: SessionMemory, agent: Agent, passedOn: JsonObject | undefined): void {
    for (const op of handoffOps({ get: (key) => memo.getContext(key) }, agent.name, passedOn)) {
      if (op.op === 'setActiveAgent') memo.setActiveAgent(op.agent);
      else if (op.op === 'setContext') memo.setContext(op.key, op.value);
    }
  }
}
