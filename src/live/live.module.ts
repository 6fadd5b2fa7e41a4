import { Module } from '@nestjs/common';
import { ApiModule } from '../api/api.module';
import { LiveDocsController } from './api/live-docs.controller';
import { LiveTicketsController } from './api/live-tickets.controller';
import { LiveGauges } from './api/live-gauges';
import { LiveAccess } from './api/live-access';
import { LiveGateway } from './api/live.gateway';
import { FleetModule } from '../fleet';
import { LatencyModule } from '../latency';
import { PlaybackModule } from '../playback';
import { LiveHub } from './hub/live-hub';
import { LiveMetrics } from './live-metrics';
import { LiveTickets } from './live-tickets';

/**
 * The live channel. Needs SESSION_STORE, SHARED_STORE, OwnStages, PARLEY_CONFIG, CLOCK and a prom-client Registry from
 * global modules, and `serveLive` on the application before it listens.
 */
@Module({
  imports: [ApiModule, FleetModule, LatencyModule, PlaybackModule],
  controllers: [LiveTicketsController, LiveDocsController],
  providers: [LiveTickets, LiveAccess, LiveMetrics, LiveHub, LiveGateway, LiveGauges],
})
export class LiveModule {}
