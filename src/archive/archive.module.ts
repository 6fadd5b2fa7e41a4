import { Global, Module } from '@nestjs/common';
import { CLOCK, type Clock } from '../common/clock';
import { PARLEY_CONFIG, type ParleyConfig } from '../config/parley-config';
import { RedactionModule, Redactor } from '../redaction';
import type { SessionState } from '../store/session-state';
import { TranscriptsModule, TranscriptsService } from '../transcripts';
import { archiveRecord } from './archive-record';
import { FileSessionArchive } from './file-session-archive';
import { NdjsonArchive } from './ndjson-archive';
import { noArchive, SESSION_ARCHIVE, type SessionArchive } from './session-archive';

/** Offers SESSION_ARCHIVE to whoever ends sessions: files in ARCHIVE_DIR, or nothing where that is not set. */
@Global()
@Module({
  imports: [RedactionModule, TranscriptsModule],
  providers: [
    {
      provide: SESSION_ARCHIVE,
      inject: [PARLEY_CONFIG, CLOCK, TranscriptsService, Redactor],
      useFactory: async (
        { archiveFolder }: ParleyConfig,
        clock: Clock,
        transcripts: TranscriptsService,
        redactor: Redactor,
      ): Promise<SessionArchive> => {
        if (archiveFolder === undefined) return noArchive;
        const recordOf = (state: SessionState, endedAt: number) =>
          archiveRecord(state, endedAt, { transcripts, redactor });
        return new FileSessionArchive(await NdjsonArchive.open(archiveFolder, clock), recordOf, clock);
      },
    },
  ],
  exports: [SESSION_ARCHIVE],
})
export class ArchiveModule {}
