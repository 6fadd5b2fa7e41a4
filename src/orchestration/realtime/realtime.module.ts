import { Module } from '@nestjs/common';
import { PARLEY_CONFIG, type ParleyConfig } from '../../config/parley-config';
import { IgnoredEvents } from './ignored-events';
import { NoRealtimeModel } from './no-realtime-model';
import { OpenAiRealtimeModel } from './openai/openai-realtime-model';
import { REALTIME_MODEL, type RealtimeModel } from './realtime-model';

/** Offers the realtime model that is configured. Needs PARLEY_CONFIG and the metrics registry from global modules. */
@Module({
  providers: [
    IgnoredEvents,
    {
      provide: REALTIME_MODEL,
      inject: [PARLEY_CONFIG, IgnoredEvents],
      useFactory: ({ realtime }: ParleyConfig, ignored: IgnoredEvents): RealtimeModel =>
        realtime ? new OpenAiRealtimeModel(realtime, ignored) : new NoRealtimeModel(),
    },
  ],
  exports: [REALTIME_MODEL],
})
export class RealtimeModule {}
