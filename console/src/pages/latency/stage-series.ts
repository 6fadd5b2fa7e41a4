import { groupedBy } from '../../shared/grouped-by';
import type { Series, SeriesPoint } from './latency-api';

export interface Line {
  readonly label: string;
  /** Milliseconds by minute (its beginning, seconds since the epoch). */
  readonly byMinute: ReadonlyMap<number, number>;
}

/** One stage over time. */
export interface StageSeries {
  readonly stage: string;
  readonly points: readonly SeriesPoint[];
  readonly lines: readonly Line[];
  /** What it may take; undefined where nobody has said. */
  readonly budgetMs: number | undefined;
  readonly breaches: number;
}

/** What callers notice, first. */
const FIRST = ['turn_e2e', 'greeting', 'stt', 'endpointing', 'llm_ttft', 'llm', 'tts_ttfb', 'tts_ttfa'];
const SERVICE_STAGES = ['store', 'persist_lag', 'session_load'];

/** The series by stage: percentiles where all calls are together, else the p95 of each agent or variant. */
export function seriesOf({ points, budgets }: Series, isWithService: boolean): StageSeries[] {
  const byStage = groupedBy(points, ({ stage }) => stage);
  return [...byStage]
    .filter(([stage]) => isWithService || !SERVICE_STAGES.includes(stage))
    .sort(([left], [right]) => rankOf(left) - rankOf(right) || (left < right ? -1 : 1))
    .map(([stage, own]) => ({
      stage,
      points: own,
      lines: linesOf(own),
      budgetMs: budgets[stage],
      breaches: own.reduce((sum, { breaches }) => sum + breaches, 0),
    }));
}

function rankOf(stage: string): number {
  const rank = FIRST.indexOf(stage);
  return rank === -1 ? FIRST.length : rank;
}

function linesOf(points: readonly SeriesPoint[]): Line[] {
  const byWhom = groupedBy(points, whomOf);
  const whole = byWhom.get(null);
  if (whole) {
    return [
      line('p50', whole, ({ p50Ms }) => p50Ms),
      line('p95', whole, ({ p95Ms }) => p95Ms),
      line('p99', whole, ({ p99Ms }) => p99Ms),
    ];
  }
  return [...byWhom].map(([whom, own]) => line(`${whom} p95`, own, ({ p95Ms }) => p95Ms));
}

/** The agent or variant that a point is of; null: all of them. */
export function whomOf({ agent, variant }: SeriesPoint): string | null {
  return agent ?? variant;
}

function line(label: string, points: readonly SeriesPoint[], valueOf: (point: SeriesPoint) => number): Line {
  return { label, byMinute: new Map(points.map((point) => [point.minute, valueOf(point)])) };
}

/** Columns for a chart: the minutes, and each line with nothing where nothing was measured. */
export function columnsOf(lines: readonly Line[], from: number, minutes: number): (number | null)[][] {
  const times = Array.from({ length: minutes }, (_, index) => from + index * 60);
  return [times, ...lines.map(({ byMinute }) => times.map((minute) => byMinute.get(minute) ?? null))];
}
