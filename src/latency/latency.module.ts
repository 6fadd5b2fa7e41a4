import { Module } from '@nestjs/common';
import { LatencyController } from './api/latency.controller';
import { LatencyBudgets } from './budgets';
import { FleetLatency } from './fleet-latency';
import { IgnoredSamples } from './ignored-samples';
import { LatencyMeter } from './latency-meter';
import { LatencySeries } from './latency-series';
import { LatencyMetrics } from './latency-metrics';
import { ServiceLatency } from './service-latency';
import { StageTimers } from './stage-timers';

/**
 * How long the stages of turns take. Needs AppliedBatches, OwnStages, SHARED_STORE, PARLEY_CONFIG, CLOCK and a prom-client Registry
 * from global modules.
 */
@Module({
  controllers: [LatencyController],
  providers: [
    LatencySeries,
    LatencyBudgets,
    IgnoredSamples,
    StageTimers,
    ServiceLatency,
    FleetLatency,
    LatencyMetrics,
    LatencyMeter,
  ],
  exports: [LatencyBudgets, StageTimers, ServiceLatency, FleetLatency],
})
export class LatencyModule {}
