import { Module } from '@nestjs/common';
import { RedactionModule } from '../redaction';
import { TranscriptController } from './api/transcript.controller';
import { TranscriptsService } from './transcripts.service';

/** The route that exports a call. Needs SESSION_STORE and PARLEY_CONFIG from global modules. */
@Module({
  imports: [RedactionModule],
  controllers: [TranscriptController],
  providers: [TranscriptsService],
  exports: [TranscriptsService],
})
export class TranscriptsModule {}
