import { Global, Module } from '@nestjs/common';
import { TurnsController } from './api/turns.controller';
import { TURN_RUNNER } from '../live';
import { CascadeModule, CascadeOrchestratorAdapter } from './cascade';
import { LiveOrchestrationModule } from './live';
import { ModelsModule } from './models';
import { RealtimeModule } from './realtime';
import { ToolsModule } from './tools';

/** Who runs calls: models, tools, and the two ways of bringing them together. Global, because the live channel asks for it. */
@Global()
@Module({
  imports: [ModelsModule, RealtimeModule, ToolsModule, CascadeModule, LiveOrchestrationModule],
  controllers: [TurnsController],
  providers: [{ provide: TURN_RUNNER, useExisting: CascadeOrchestratorAdapter }],
  exports: [CascadeModule, LiveOrchestrationModule, TURN_RUNNER],
})
export class OrchestrationModule {}
