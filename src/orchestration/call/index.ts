export { CallAgents, type DoneHandoff, handoffResult, PENDING_HANDOFF_KEY } from './call-agents';
export { CallModule } from './call.module';
export { LingeringMemos } from './lingering-memos';
export { handoffContext } from './handoff-context';
