export interface Cue {
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  readonly speaker: string;
  readonly text: string;
}

const TIMING = /^(\d{2,}):([0-5]\d):([0-5]\d\.\d{3}) --> (\d{2,}):([0-5]\d):([0-5]\d\.\d{3})$/;
const PAYLOAD = /^<v ([^\n<>]+)>([^<>]*)$/;
const REFERENCE = /&(amp|lt|gt);|&/g;
const CHARACTERS: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** Reads a WebVTT file by the rules for authors, which are stricter than those for players; throws where one is broken. */
export function parseVtt(text: string): { readonly cues: readonly Cue[]; readonly notes: readonly string[] } {
  if (text.includes('\0') || text.includes('\r')) throw new Error('a character that has no place here');
  const [head, ...blocks] = text.replace(/\n$/, '').split(/\n{2,}/);
  if (head !== 'WEBVTT') throw new Error('no WebVTT file');
  const notes = blocks.filter((block) => block.startsWith('NOTE '));
  if (notes.some((note) => note.includes('-->'))) throw new Error('a note with an arrow');
  const cues = blocks.filter((block) => !block.startsWith('NOTE ')).map(cueOf);
  cues.forEach((cue, index) => {
    if (cue.end <= cue.start) throw new Error('a cue that ends before it begins');
    if (index > 0 && cue.start < (cues[index - 1] as Cue).start) throw new Error('cues out of order');
  });
  return { cues, notes: notes.map((note) => note.slice('NOTE '.length)) };
}

function cueOf(block: string): Cue {
  const [timing = '', ...lines] = block.split('\n');
  const times = TIMING.exec(timing)?.slice(1).map(Number);
  const payload = PAYLOAD.exec(lines.join('\n'));
  if (!times || !payload) throw new Error(`no cue: ${block}`);
  const [h1, m1, s1, h2, m2, s2] = times as [number, number, number, number, number, number];
  return {
    start: seconds(h1, m1, s1),
    end: seconds(h2, m2, s2),
    speaker: decoded(payload[1] ?? ''),
    text: decoded(payload[2] ?? ''),
  };
}

function seconds(hours: number, minutes: number, rest: number): number {
  return Math.round((hours * 3600 + minutes * 60 + rest) * 1000) / 1000;
}

function decoded(text: string): string {
  return text.replace(REFERENCE, (reference) => {
    const character = CHARACTERS[reference];
    if (character === undefined) throw new Error('a bare ampersand');
    return character;
  });
}
