export type { Agent, AgentOverrides, ModelSettings, SpeechSettings, VoiceSettings } from './agent';
export {
  AGENT_PROVIDER,
  type AgentProvider,
  type AgentSession,
  HANDOFF_PROVIDER,
  type HandoffProvider,
} from './agent-provider';
export { AgentPrompts } from './agent-prompts';
export { TOOL_PATTERN } from './base/agent-settings';
export { SessionAgentsModule } from './session-agents.module';
export { handoffOps } from './state/handoff-context';
