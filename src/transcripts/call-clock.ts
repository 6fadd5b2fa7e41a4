import type { Transcript, TranscriptEntry, TranscriptMessage } from './transcript';

/** An entry with the seconds since the call's first message. */
export interface TimedEntry {
  readonly entry: TranscriptEntry;
  readonly offset: number;
}

/** Far beyond any call: a time that a client made up must not make offsets that no format can write. */
const MAX_OFFSET_SECONDS = 1e9;

/**
 * When each entry was, as somebody who plays the call needs it. The times of what was said alone count: clients tell
 * them, while events have the time of the store, whose clock may be another. Never before the entry above, because
 * clients' clocks differ too, and with the time of the one above where nobody told.
 */
export function timedEntries({ entries }: Transcript): TimedEntry[] {
  const start = entries.find(isTimed)?.at ?? 0;
  let offset = 0;
  return entries.map((entry) => {
    if (isTimed(entry)) offset = Math.min(Math.max(offset, entry.at - start), MAX_OFFSET_SECONDS);
    return { entry, offset };
  });
}

/** A system prompt is set whenever its agent is configured, in the middle of the call or long before it. */
function isTimed(entry: TranscriptEntry): entry is TranscriptMessage & { readonly at: number } {
  return entry.kind === 'message' && entry.seq !== 0 && entry.at !== null;
}
