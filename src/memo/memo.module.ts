import { type DynamicModule, type FactoryProvider, Module } from '@nestjs/common';
import { MemoGauges } from './memo-gauges';
import { MEMO_OPTIONS, type MemoOptions } from './memo-options';
import { MemoService } from './memo.service';
import { PersistMonitor } from './persist-monitor';

export type MemoModuleOptions = Pick<FactoryProvider<MemoOptions>, 'inject' | 'useFactory'>;

/** Needs SESSION_STORE, OwnStages, CLOCK and a prom-client Registry from global modules. */
@Module({})
export class MemoModule {
  static registerAsync({ inject, useFactory }: MemoModuleOptions): DynamicModule {
    return {
      module: MemoModule,
      global: true,
      providers: [
        { provide: MEMO_OPTIONS, useFactory, ...(inject && { inject }) },
        PersistMonitor,
        MemoService,
        MemoGauges,
      ],
      exports: [MemoService, PersistMonitor],
    };
  }
}
