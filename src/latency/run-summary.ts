import { isJsonObject, type JsonValue } from '../common/json';
import type { LatencyRun, LatencySample, StageStats } from '../store/session-state';
import { countSample } from '../store/stage-stats';
import { byStage, type StageSummary, summarizeStage } from './stage-summary';

/** The newest runs of a session that are shown, and the last samples of each. */
export const MAX_RUNS = 50;
export const MAX_RUN_SAMPLES = 200;

export interface RunSample {
  readonly stage: string;
  readonly seconds: number;
  /** When it ended, seconds since the epoch; null where an older service did not say. */
  readonly at: number | null;
}

/** The samples of one run, that is of one turn. */
export interface RunSummary {
  readonly id: string;
  readonly label: string | null;
  /** Seconds since the epoch. */
  readonly createdAt: number | null;
  /** Oldest first. */
  readonly samples: readonly RunSample[];
  readonly stages: Readonly<Record<string, StageSummary>>;
}

interface Run {
  label: string | null;
  createdAt: number | null;
  readonly samples: RunSample[];
}

/**
 * The runs of a session, oldest first: of the raw samples that the store keeps of each stage, and of what an older
 * service had grouped.
 */
export function summarizeRuns(
  latency: ReadonlyMap<string, StageStats>,
  older: readonly LatencyRun[] = [],
): RunSummary[] {
  const runs = new Map<string, Run>();
  for (const { id, label, createdAt, samples } of older) {
    runs.set(id, { label, createdAt, samples: samples.flatMap(olderSample) });
  }
  const olderIds = new Set(runs.keys());
  for (const [stage, { recent }] of latency) {
    for (const sample of recent) addSample(runs, stage, sample, olderIds);
  }
  const sorted = [...runs].sort(([, left], [, right]) => timeOf(left) - timeOf(right));
  return sorted.slice(-MAX_RUNS).map(([id, run]) => summarizeRun(id, run));
}

function addSample(
  runs: Map<string, Run>,
  stage: string,
  { run: id, seconds, at, meta }: LatencySample,
  olderIds: ReadonlySet<string>,
): void {
  if (id === undefined) return;
  let run = runs.get(id);
  if (!run) runs.set(id, (run = { label: null, createdAt: null, samples: [] }));
  // The raw samples of an older service's session stand in its runs as well.
  if (olderIds.has(id) && run.samples.some((known) => isSame(known, stage, seconds, at))) return;
  run.samples.push({ stage, seconds, at });
  const label = meta?.['label'];
  if (typeof label === 'string') run.label ??= label;
  if (!olderIds.has(id)) run.createdAt = Math.min(run.createdAt ?? Infinity, at - seconds);
}

function isSame(known: RunSample, stage: string, seconds: number, at: number): boolean {
  return known.stage === stage && known.seconds === seconds && (known.at ?? 0) === at;
}

/** As an older service wrote it: `{stage, start, end, dur}`. */
function olderSample(value: JsonValue): RunSample[] {
  if (!isJsonObject(value)) return [];
  const { stage, dur: seconds, end } = value;
  if (typeof stage !== 'string' || typeof seconds !== 'number' || !(seconds >= 0)) return [];
  return [{ stage, seconds, at: typeof end === 'number' ? end : null }];
}

/** Runs without a time stand before all others, in the order in which they were kept. */
function timeOf({ createdAt }: Run): number {
  return createdAt ?? 0;
}

function summarizeRun(id: string, { label, createdAt, samples }: Run): RunSummary {
  const last = samples.sort((left, right) => (left.at ?? 0) - (right.at ?? 0)).slice(-MAX_RUN_SAMPLES);
  const stages = new Map<string, StageStats>();
  for (const { stage, seconds, at } of last) countSample(stages, stage, { seconds, at: at ?? 0 });
  return { id, label, createdAt, samples: last, stages: byStage(stages, summarizeStage) };
}
