export { LiveConversation, type LiveOptions } from './live-conversation';
export type { InterruptionCause, LiveEvent } from './live-event';
export { LiveOrchestrationModule } from './live-orchestration.module';
export { LiveOrchestrator } from './live-orchestrator';
