import { Module } from '@nestjs/common';
import { ApiKeyAuthenticator } from '../api/auth/api-key-authenticator';
import { LiveDocsController } from './api/live-docs.controller';
import { LiveTicketsController } from './api/live-tickets.controller';
import { LiveAccess } from './api/live-access';
import { LiveGateway } from './api/live.gateway';
import { LatencyModule } from '../latency';
import { PlaybackModule } from '../playback';
import { LiveHub } from './hub/live-hub';
import { LiveTickets } from './live-tickets';

/**
 * The live channel. Needs SESSION_STORE, SHARED_STORE, PARLEY_CONFIG and CLOCK from global modules, and `serveLive` on the
 * application before it listens.
 */
@Module({
  imports: [LatencyModule, PlaybackModule],
  controllers: [LiveTicketsController, LiveDocsController],
  providers: [ApiKeyAuthenticator, LiveTickets, LiveAccess, LiveHub, LiveGateway],
})
export class LiveModule {}
