import { Injectable } from '@nestjs/common';
import type { JsonObject, JsonValue } from '../common/json';
import { PROFILE_CONTEXT_KEYS } from '../session-loader';
import { ACTIVE_AGENT_KEY } from '../store/ops';
import type { Agent } from './agent';
import type { AgentSession } from './agent-provider';
import { PromptRenderer } from './prompts/prompt-renderer';
import { HANDOFF_CONTEXT_KEY, visitedAgents, VISITED_AGENTS_KEY } from './state/handoff-context';

/** What agents say, rendered for one session. */
@Injectable()
export class AgentPrompts {
  constructor(private readonly renderer: PromptRenderer) {}

  /** @throws ParleyError `template_failed` */
  systemPrompt(session: AgentSession, agent: Agent): Promise<string> {
    return this.renderer.render(agent.prompt, promptScope(session, agent));
  }

  /** The first words, or those for a caller who has been with this agent before. @throws ParleyError `template_failed` */
  greeting(session: AgentSession, agent: Agent, isReturn: boolean): Promise<string> {
    const text = isReturn && agent.returnGreeting !== '' ? agent.returnGreeting : agent.greeting;
    return this.renderer.render(text, promptScope(session, agent));
  }
}

/**
 * What a template of an agent can see: of the session its profile, slots, tool outputs and handoff, nothing else of the
 * context; above them the agent's template variables.
 */
export function promptScope(session: AgentSession, agent: Agent): JsonObject {
  const scope: [string, JsonValue | undefined][] = [
    ...PROFILE_CONTEXT_KEYS.map((key): [string, JsonValue | undefined] => [key, session.getContext(key)]),
    ['profile', session.getContext('session_profile')],
    ['slots', Object.fromEntries(session.slots())],
    ['tool_outputs', Object.fromEntries(session.toolOutputs())],
    ['handoff_context', session.getContext(HANDOFF_CONTEXT_KEY)],
    ['active_agent', session.getContext(ACTIVE_AGENT_KEY)],
    ['visited_agents', visitedAgents(session.getContext(VISITED_AGENTS_KEY))],
    ['agent_name', agent.name],
    ...Object.entries(agent.templateVars),
  ];
  return Object.fromEntries(scope.filter((entry): entry is [string, JsonValue] => entry[1] !== undefined));
}
