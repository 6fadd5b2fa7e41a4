export { ArchiveModule } from './archive.module';
export type { ArchiveRecord } from './archive-record';
export { SESSION_ARCHIVE, type SessionArchive } from './session-archive';
