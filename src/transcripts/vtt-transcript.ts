import { timedEntries, type TimedEntry } from './call-clock';
import { speakerOf } from './speaker';
import { eventText } from './text-transcript';
import type { Transcript, TranscriptEntry, TranscriptEvent, TranscriptMessage } from './transcript';

/** How fast agents speak, in characters a second, and how long even a short word is shown, in seconds. */
const CHARACTERS_PER_SECOND = 15;
const MIN_CUE_SECONDS = 1;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** A transcript as WebVTT: what was heard as cues, with their speakers; what happened in between as notes. */
export function vttTranscript(transcript: Transcript): string {
  const entries = timedEntries(transcript);
  const nextStart = startsAfter(entries);
  const blocks = entries.flatMap(({ entry, offset }) => {
    if (entry.kind !== 'message') return [noteOf(entry)];
    return isCue(entry) ? [cueOf(entry, offset, nextStart.get(offset))] : [];
  });
  return ['WEBVTT', ...blocks].join('\n\n') + '\n';
}

/**
 * By the start of each cue the start of the next one that begins later. Cues at the very same time are shown together:
 * one that ended where it begins would never be seen.
 */
function startsAfter(entries: readonly TimedEntry[]): ReadonlyMap<number, number | undefined> {
  const starts = [...new Set(entries.filter(({ entry }) => isCue(entry)).map(({ offset }) => offset))];
  return new Map(starts.map((start, index) => [start, starts[index + 1]]));
}

/** Prompts and tool results are text between programs; of what nobody heard there is nothing to show. */
function isCue(entry: TranscriptEntry): boolean {
  if (entry.kind !== 'message') return false;
  return (entry.role === 'user' || entry.role === 'assistant') && entry.content.trim() !== '';
}

function cueOf(message: TranscriptMessage, start: number, next: number | undefined): string {
  const spoken = start + Math.max(MIN_CUE_SECONDS, message.content.length / CHARACTERS_PER_SECOND);
  const end = Math.max(Math.min(spoken, next ?? spoken), start + 0.001);
  return `${timestamp(start)} --> ${timestamp(end)}\n<v ${escaped(speakerOf(message))}>${escaped(message.content)}`;
}

/** A note may hold no arrow of the kind that makes a cue of it. */
function noteOf(event: TranscriptEvent): string {
  return `NOTE ${eventText(event).replaceAll('-->', '->')}`;
}

/** An empty line would end the cue, and a line break inside the speaker's tag end the tag. */
function escaped(text: string): string {
  const lines = text.split(/\r\n|[\n\r]/).map((line) => line.trim());
  const shown = lines.filter((line) => line !== '').join('\n');
  return shown.replace(/[&<>]/g, (character) => ESCAPES[character] as string).replaceAll('\0', '\ufffd');
}

/** `00:01:02.003`; hours have as many digits as they need. */
function timestamp(seconds: number): string {
  const total = Math.round(seconds * 1000);
  const part = (size: number, count: number, width: number) =>
    String(Math.floor(total / size) % count).padStart(width, '0');
  return `${part(3_600_000, Infinity, 2)}:${part(60_000, 60, 2)}:${part(1000, 60, 2)}.${part(1, 1000, 3)}`;
}
