import type { Redactor } from '../redaction';
import type { Transcript, TranscriptEntry } from './transcript';

/** The transcript as it may leave the service: what was said is redacted, who said it and when stays. */
export function redactedTranscript(transcript: Transcript, redactor: Redactor): Transcript {
  return { ...transcript, entries: transcript.entries.map((entry) => redactedEntry(entry, redactor)) };
}

function redactedEntry(entry: TranscriptEntry, redactor: Redactor): TranscriptEntry {
  if (entry.kind !== 'message') return entry;
  const { generated } = entry;
  return {
    ...entry,
    content: redactor.exported(entry.content),
    ...(generated !== undefined && { generated: redactor.exported(generated) }),
  };
}
