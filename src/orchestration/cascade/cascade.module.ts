import { Module } from '@nestjs/common';
import { LatencyModule } from '../../latency';
import { CallModule } from '../call';
import { ToolsModule } from '../tools';
import { CascadeOrchestratorAdapter } from './cascade-orchestrator';

/** Turns of calls through text. Needs MemoService, CHAT_MODEL, CLOCK and PARLEY_CONFIG from global modules. */
@Module({
  imports: [CallModule, LatencyModule, ToolsModule],
  providers: [CascadeOrchestratorAdapter],
  exports: [CascadeOrchestratorAdapter],
})
export class CascadeModule {}
