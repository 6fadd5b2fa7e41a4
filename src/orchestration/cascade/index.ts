export { CascadeModule } from './cascade.module';
export { CascadeOrchestratorAdapter } from './cascade-orchestrator';
export type { TurnEvent, TurnEventType } from './turn-event';
export type { TurnOptions } from './turn-options';
