import type { LatencyRun } from '../session-state';

const SEPARATOR = '\u001f';

export interface StoredRun {
  /** Grows by one with every run of the session. */
  readonly number: number;
  readonly count: number;
  /** When its first sample was taken, seconds since the epoch. */
  readonly at: number;
  readonly label: string | null;
  /** JSON texts `["stage",seconds,at]`, joined by commas. */
  readonly samples: string;
}

/** `number count at label` U+001F samples. */
export function encodeRun({ number, count, at, label, samples }: StoredRun): string {
  return `${number} ${count} ${at} ${JSON.stringify(label)}${SEPARATOR}${samples}`;
}

/** @throws TypeError, SyntaxError for what is no run */
export function parseRun(text: string): StoredRun {
  const [, number, count, at, label = '', samples = ''] =
    /^(\d+) (\d+) (\S+) ([^\u001f]*)\u001f(.*)$/s.exec(text) ?? [];
  if (number === undefined) throw new TypeError('no run');
  return {
    number: Number(number),
    count: Number(count),
    at: Number(at),
    label: JSON.parse(label) as string | null,
    samples,
  };
}

/** A run from its name, as JSON, and what is stored of it; `index` gives the order of the runs. */
export function decodeRun(name: string, text: string): { index: number; run: LatencyRun } {
  const { number, at, label, samples } = parseRun(text);
  const parts = JSON.parse(`[${samples}]`) as [stage: string, seconds: number, at: number][];
  const run: LatencyRun = {
    id: JSON.parse(name) as string,
    label,
    createdAt: at,
    current: false,
    samples: parts.map(([stage, dur, end]) => ({ stage, dur, end })),
  };
  return { index: number, run };
}
