import { Module } from '@nestjs/common';
import { LatencyModule } from '../../latency';
import { CallModule } from '../call';
import { RealtimeModule } from '../realtime';
import { LiveOrchestrator } from './live-orchestrator';

/** Leads calls with a realtime model. Needs the memo module, and what its imports need, from global modules. */
@Module({
  imports: [CallModule, RealtimeModule, LatencyModule],
  providers: [LiveOrchestrator],
  exports: [LiveOrchestrator],
})
export class LiveOrchestrationModule {}
