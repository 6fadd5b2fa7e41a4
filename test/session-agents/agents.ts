import type { Agent } from '../../src/session-agents/agent';

/** A plain agent, with what a test cares about. */
export function anAgent(name: string, members: Partial<Agent> = {}): Agent {
  return {
    name,
    description: '',
    greeting: '',
    returnGreeting: '',
    handoff: { trigger: null, isEntryPoint: false },
    model: {},
    cascadeModel: null,
    liveModel: null,
    voice: {},
    speech: {},
    session: {},
    tools: [],
    templateVars: {},
    metadata: {},
    prompt: `You are ${name}.`,
    ...members,
  };
}
