import { type DynamicModule, Module } from '@nestjs/common';
import { ApiModule } from './api/api.module';
import { ArchiveModule } from './archive';
import { ClockModule } from './common/clock.module';
import { MetricsModule } from './common/metrics/metrics.module';
import { ConfigurationModule, type EnvironmentVariables } from './config/configuration.module';
import { PARLEY_CONFIG, type ParleyConfig } from './config/parley-config';
import { FleetModule } from './fleet';
import { LatencyModule } from './latency';
import { LiveModule } from './live';
import { exponentialBackoff, MemoModule } from './memo';
import { BankingToolsModule } from './orchestration/banking-tools';
import { OrchestrationModule } from './orchestration/orchestration.module';
import { PlaybackModule } from './playback';
import { RedactionModule } from './redaction';
import { SessionLoaderModule } from './session-loader';
import { SessionAgentsModule } from './session-agents';
import { SessionsModule } from './sessions';
import { TranscriptsModule } from './transcripts';
import { TelemetryModule } from './telemetry/telemetry.module';
import { StoreModule } from './store/store.module';

/** The modules of the service, and how each gets its part of the configuration. */
@Module({})
export class AppModule {
  static register(variables: EnvironmentVariables = {}): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigurationModule.register(variables),
        ClockModule,
        MetricsModule,
        TelemetryModule,
        StoreModule,
        MemoModule.registerAsync({
          inject: [PARLEY_CONFIG],
          useFactory: ({ memo, shutdownTimeoutMs }: ParleyConfig) => ({
            ...memo,
            shutdownTimeoutMs,
            backoff: exponentialBackoff,
          }),
        }),
        SessionLoaderModule.registerAsync({
          inject: [PARLEY_CONFIG],
          useFactory: ({ profiles }: ParleyConfig) => ({
            profilesFile: profiles.file,
            mockEnabled: profiles.mockEnabled,
          }),
        }),
        LatencyModule,
        PlaybackModule,
        RedactionModule,
        TranscriptsModule,
        ArchiveModule,
        SessionAgentsModule,
        SessionsModule,
        FleetModule,
        OrchestrationModule,
        BankingToolsModule,
        LiveModule,
        ApiModule,
      ],
    };
  }
}
