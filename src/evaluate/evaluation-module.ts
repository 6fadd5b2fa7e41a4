import type { DynamicModule } from '@nestjs/common';
import { AppModule } from '../app.module';
import type { EnvironmentVariables } from '../config/configuration.module';
import { BankingToolsModule } from '../orchestration/banking-tools';
import type { CallRecords } from './call-records';
import type { RecordedTool } from './recorded-agents';
import { recordedTools } from './recorded-tools';

const RECORDED_TOOLS = Symbol('RECORDED_TOOLS');

/** The service with the recorded tools in place of the bank's: a recorded one may have the name of one of these. */
export function evaluationModule(
  variables: EnvironmentVariables,
  tools: readonly RecordedTool[],
  records: CallRecords,
): DynamicModule {
  const service = AppModule.register(variables);
  const imports = (service.imports ?? []).filter((module) => module !== BankingToolsModule);
  return { ...service, imports, providers: [{ provide: RECORDED_TOOLS, useValue: recordedTools(tools, records) }] };
}
