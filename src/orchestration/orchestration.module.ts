import { Module } from '@nestjs/common';
import { TurnsController } from './api/turns.controller';
import { CascadeModule } from './cascade';
import { ModelsModule } from './models';
import { RealtimeModule } from './realtime';
import { ToolsModule } from './tools';

/** Who runs calls: models, tools, and the two ways of bringing them together. */
@Module({
  imports: [ModelsModule, RealtimeModule, ToolsModule, CascadeModule],
  controllers: [TurnsController],
  exports: [CascadeModule],
})
export class OrchestrationModule {}
