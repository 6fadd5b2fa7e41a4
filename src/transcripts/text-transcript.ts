import { timedEntries, type TimedEntry } from './call-clock';
import { speakerOf } from './speaker';
import type { Transcript, TranscriptEvent, TranscriptMessage } from './transcript';

/** Whatever may begin a new line: a message's further lines are indented, so that none can pass for another entry. */
const LINE_BREAK = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/g;
const INDENT = '\n        ';

/** A transcript for people: a line for each entry, `[00:12] Caller: …`. */
export function textTranscript(transcript: Transcript): string {
  const { sessionId, startedAt } = transcript;
  const heading = startedAt === null ? `Call ${sessionId}` : `Call ${sessionId}, ${isoTime(startedAt)}`;
  return [heading, '', ...timedEntries(transcript).map(lineOf), ''].join('\n');
}

function lineOf({ entry, offset }: TimedEntry): string {
  return entry.kind === 'message' ? `[${clockTime(offset)}] ${messageLine(entry)}` : `-- ${eventText(entry)} --`;
}

function messageLine(message: TranscriptMessage): string {
  const heard = message.content === '' && message.generated !== undefined ? '(not heard)' : message.content;
  return `${speakerOf(message)}: ${heard.replace(LINE_BREAK, INDENT)}`;
}

export function eventText(event: TranscriptEvent): string {
  switch (event.kind) {
    case 'handoff':
      return event.from === null ? `agent ${event.to}` : `handoff ${event.from} -> ${event.to}`;
    case 'tool':
      return `tool ${event.tool}`;
    case 'interrupted':
    case 'resumed':
      return event.kind;
  }
}

/** `01:05`, and from an hour on `1:00:00`. */
function clockTime(offset: number): string {
  const whole = Math.floor(offset);
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = `${twoDigits(minutes)}:${twoDigits(seconds)}`;
  return hours === 0 ? tail : `${hours}:${tail}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** Clients may give any number as a time; what no calendar has is shown as the number it is. */
function isoTime(at: number): string {
  const date = new Date(at * 1000);
  return Number.isNaN(date.getTime()) ? String(at) : date.toISOString();
}
