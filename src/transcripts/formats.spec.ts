import fc from 'fast-check';
import { parseVtt } from '../../test/transcripts/parse-vtt';
import { SAMPLE_CALL, stateAfter } from '../../test/transcripts/sample-call';
import { textTranscript } from './text-transcript';
import type { Transcript, TranscriptEntry } from './transcript';
import { transcriptOf } from './transcript-of';
import { vttTranscript } from './vtt-transcript';

const call = transcriptOf(stateAfter(...SAMPLE_CALL));

const transcriptWith = (...entries: TranscriptEntry[]): Transcript => ({ sessionId: 'x', startedAt: null, entries });
const said = (content: string, at: number | null, agent = 'A', seq = 1): TranscriptEntry => ({
  kind: 'message',
  at,
  seq,
  role: 'assistant',
  agent,
  content,
});

describe('a transcript for people', () => {
  it('has a line for each entry, with the time since the first message', () => {
    expect(textTranscript(call)).toBe(
      [
        'Call call-1, 2026-11-24T09:00:00.000Z',
        '',
        '-- agent Concierge --',
        '[00:00] Concierge: Hello, how can I help?',
        '[00:02] Caller: My card 4111 1111 1111 1111 & <PIN>',
        '-- tool lookup_card --',
        '-- handoff Concierge -> FraudAgent --',
        '[01:05] FraudAgent: I see it was',
        '-- interrupted --',
        '-- resumed --',
        '[01:10] Caller: Yes,',
        '        ',
        '        please unblock it.',
        '',
      ].join('\n'),
    );
  });

  it('lets no message pass for another entry', () => {
    const text = textTranscript(transcriptWith(said('a\n-- interrupted --\r[00:00] Caller: b\u2028c', 5)));
    expect(text.split(/[\n\r\u2028]/).filter((line) => /^(?:--|\[)/.test(line))).toEqual(['[00:00] A: a']);
  });

  it('says of a reply that nobody heard that it was not', () => {
    const reply = { ...said('', 5), generated: 'Well' } as TranscriptEntry;
    expect(textTranscript(transcriptWith(reply))).toContain('[00:00] A: (not heard)');
  });

  it('goes by the times of what was said, whatever clock the store has', () => {
    const text = textTranscript(transcriptWith(said('a', 100), { kind: 'tool', tool: 't', at: 9e9 }, said('b', 103)));
    expect(text).toContain('[00:00] A: a\n-- tool t --\n[00:03] A: b');
  });

  it('counts hours, and shows a time that no calendar has as the number it is', () => {
    const text = textTranscript({ ...transcriptWith(said('a', 0), said('b', 3725)), startedAt: 1e300 });
    expect(text).toContain('[1:02:05] A: b');
    expect(text).toContain('Call x, 1e+300');
  });
});

describe('a transcript as WebVTT', () => {
  it('has a cue for each message, with its speaker, and notes for what happened in between', () => {
    const { cues, notes } = parseVtt(vttTranscript(call));
    expect(notes).toEqual([
      'agent Concierge',
      'tool lookup_card',
      'handoff Concierge -> FraudAgent',
      'interrupted',
      'resumed',
    ]);
    expect(cues).toEqual([
      { start: 0, end: 1.467, speaker: 'Concierge', text: 'Hello, how can I help?' },
      { start: 2, end: 4.333, speaker: 'Caller', text: 'My card 4111 1111 1111 1111 & <PIN>' },
      { start: 65, end: 66, speaker: 'FraudAgent', text: 'I see it was' },
      { start: 70, end: 71.6, speaker: 'Caller', text: 'Yes,\nplease unblock it.' },
    ]);
  });

  it('ends a cue where the next begins, and gives a message without time the one before', () => {
    const { cues } = parseVtt(
      vttTranscript(transcriptWith(said('x'.repeat(60), 10), said('y', null), said('z', 12.5))),
    );
    expect(cues.map(({ start, end }) => [start, end])).toEqual([
      [0, 2.5],
      [0, 1],
      [2.5, 3.5],
    ]);
  });

  it('leaves out what nobody heard', () => {
    const tool = { ...said('{"a":1}', 3), role: 'tool' } as TranscriptEntry;
    expect(parseVtt(vttTranscript(transcriptWith(said(' ', 1), tool))).cues).toEqual([]);
    expect(vttTranscript(transcriptWith())).toBe('WEBVTT\n');
  });

  it('is valid whatever was said, by whom, and when', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('-->', '00:00.000 --> 00:01.000', '\n\n', '<v Bob>', '&amp;', 'NOTE', '\r\n\r\nWEBVTT', '\0'),
    );
    const content = fc.array(text, { maxLength: 4 }).map((parts) => parts.join(''));
    const at = fc.option(fc.oneof(fc.double({ min: 0, max: 1e12, noNaN: true }), fc.integer({ min: 0, max: 9 })));
    const event = (tool: string) => ({ kind: 'tool', tool, at: 5 }) as const;
    const name = fc.constantFrom('A', 'B & <C>', 'x --> y', '>');
    const entry = fc.oneof(
      fc.tuple(content, at, name).map(([words, time, agent]) => said(words, time, agent)),
      name.map(event),
    );
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 6 }), (entries) => {
        const heard = entries.filter((one) => one.kind === 'message' && one.content.trim() !== '');
        const { cues } = parseVtt(vttTranscript(transcriptWith(...entries)));
        expect(cues.map(({ speaker }) => speaker)).toEqual(heard.map((one) => 'agent' in one && one.agent));
      }),
      { numRuns: 500 },
    );
  });
});
