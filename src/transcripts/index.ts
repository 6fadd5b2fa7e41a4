export { textTranscript } from './text-transcript';
export type { Transcript, TranscriptEntry, TranscriptEvent, TranscriptMessage } from './transcript';
export { transcriptOf, type TranscriptOptions } from './transcript-of';
export { TranscriptsModule } from './transcripts.module';
export { TranscriptsService } from './transcripts.service';
export { vttTranscript } from './vtt-transcript';
