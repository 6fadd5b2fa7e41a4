import { Global, Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { CLOCK, type Clock } from '../common/clock';
import { PARLEY_CONFIG, type ParleyConfig } from '../config/parley-config';
import { RedactionModule, Redactor } from '../redaction';
import { AppliedBatches } from '../store/applied-batches';
import type { SessionState } from '../store/session-state';
import { SESSION_STORE, type SessionStore } from '../store/session-store';
import { SHARED_STORE, type SharedStore } from '../store/shared-store';
import { TranscriptsModule, TranscriptsService } from '../transcripts';
import { archiveRecord } from './archive-record';
import { FileSessionArchive } from './file-session-archive';
import { ExpiryWheel } from './idle/expiry-wheel';
import { IdleArchivist } from './idle/idle-archivist';
import { IdleLook } from './idle/idle-look';
import { IdleMetrics } from './idle/idle-metrics';
import { NdjsonArchive } from './ndjson-archive';
import { noArchive, SESSION_ARCHIVE, type SessionArchive } from './session-archive';

/**
 * Offers SESSION_ARCHIVE to whoever ends sessions: files in ARCHIVE_DIR, or nothing where that is not set. Where there is
 * an archive, sessions that end by silence reach it too.
 */
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
    {
      provide: IdleArchivist,
      inject: [SESSION_ARCHIVE, AppliedBatches, SESSION_STORE, SHARED_STORE, CLOCK, Registry, PARLEY_CONFIG],
      useFactory: (
        archive: SessionArchive,
        applied: AppliedBatches,
        store: SessionStore,
        shared: SharedStore,
        clock: Clock,
        registry: Registry,
        { sessionTtlSeconds }: ParleyConfig,
      ): IdleArchivist | undefined => {
        if (!archive.isKept) return undefined;
        const wheel = new ExpiryWheel(shared, clock);
        const idle = new IdleLook(store, archive, clock);
        return new IdleArchivist(
          applied,
          { wheel, idle, metrics: new IdleMetrics(registry), clock },
          sessionTtlSeconds,
        );
      },
    },
  ],
  exports: [SESSION_ARCHIVE],
})
export class ArchiveModule {}
