import { Module } from '@nestjs/common';
import { LatencyModule } from '../latency';
import { FleetController } from './api/fleet.controller';
import { FleetDirectory } from './fleet-directory';
import { FleetReader } from './fleet-reader';
import { FleetReporter } from './fleet-reporter';
import { FleetSessions } from './fleet-sessions';
import { FleetSurvey } from './fleet-survey';
import { FleetViews } from './fleet-views';

/**
 * The live sessions of all processes at a glance. Needs SESSION_STORE, SHARED_STORE, TouchedSessions, PARLEY_CONFIG, CLOCK
 * and a prom-client Registry from global modules.
 */
@Module({
  imports: [LatencyModule],
  controllers: [FleetController],
  providers: [FleetDirectory, FleetReader, FleetReporter, FleetSurvey, FleetViews, FleetSessions],
  exports: [FleetSessions],
})
export class FleetModule {}
