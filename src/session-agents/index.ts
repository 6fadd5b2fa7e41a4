export type { Agent, AgentOverrides, ModelSettings, SpeechSettings, VoiceSettings } from './agent';
export {
  AGENT_PROVIDER,
  type AgentProvider,
  type AgentSession,
  HANDOFF_PROVIDER,
  type HandoffProvider,
} from './agent-provider';
export { AgentPrompts, promptScope } from './agent-prompts';
export { TOOL_PATTERN } from './base/agent-settings';
export { SessionAgentsModule } from './session-agents.module';
export { HANDOFF_CONTEXT_KEY, handoffOps, VISITED_AGENTS_KEY, visitedAgents } from './state/handoff-context';
