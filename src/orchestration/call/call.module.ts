import { Module } from '@nestjs/common';
import { ToolsModule } from '../tools';
import { CallAgents } from './call-agents';
import { LingeringMemos } from './lingering-memos';

/** The agents of a call for whoever runs it. Needs AGENT_PROVIDER, HANDOFF_PROVIDER and AgentPrompts from global modules. */
@Module({ imports: [ToolsModule], providers: [CallAgents, LingeringMemos], exports: [CallAgents, LingeringMemos] })
export class CallModule {}
