import { Global, Module } from '@nestjs/common';
import { PARLEY_CONFIG, type ParleyConfig } from '../config/parley-config';
import { CustomPatterns } from './custom-patterns';
import { readPatternsFile } from './patterns-file';
import { OPERATION_FILTER, type OperationFilter } from '../store/operation-filter';
import { redactOps } from './redact-ops';
import { Redactor } from './redactor';

/** Offers the Redactor. Reads the operator's patterns while the application starts: a wrong file stops the start. */
@Global()
@Module({
  providers: [
    {
      provide: Redactor,
      inject: [PARLEY_CONFIG],
      useFactory: async ({ redaction }: ParleyConfig) => {
        const patterns = redaction.file === undefined ? [] : await readPatternsFile(redaction.file);
        return new Redactor(new CustomPatterns(patterns), redaction.enabled);
      },
    },
    {
      provide: OPERATION_FILTER,
      inject: [PARLEY_CONFIG, Redactor],
      useFactory: ({ redaction }: ParleyConfig, redactor: Redactor): OperationFilter =>
        redaction.beforeStorage ? (ops) => redactOps(ops, redactor) : (ops) => ops,
    },
  ],
  exports: [Redactor, OPERATION_FILTER],
})
export class RedactionModule {}
