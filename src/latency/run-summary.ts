import { isJsonObject, type JsonValue } from '../common/json';
import type { LatencyRun, StageStats } from '../store/session-state';
import { KEPT_RUNS, RUN_SAMPLES } from '../store/session-store';
import { countSample } from '../store/stage-stats';
import { byStage, type StageSummary, summarizeStage } from './stage-summary';

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
  readonly label: string | null;
  readonly createdAt: number | null;
  readonly samples: readonly RunSample[];
}

/** The runs of a session, oldest first: those that the store keeps, and those of an older service. */
export function summarizeRuns(kept: readonly LatencyRun[]): RunSummary[] {
  const runs = new Map<string, Run>();
  for (const { id, label, createdAt, samples } of kept) {
    // A run that an older service began can go on.
    const earlier = runs.get(id);
    runs.set(id, {
      label: earlier?.label ?? label,
      createdAt: earlier?.createdAt ?? createdAt,
      samples: [...(earlier?.samples ?? []), ...samples.flatMap(runSample)],
    });
  }
  const sorted = [...runs].sort(([, left], [, right]) => timeOf(left) - timeOf(right));
  return sorted.slice(-KEPT_RUNS).map(([id, run]) => summarizeRun(id, run));
}

/** `{stage, end, dur}` and whatever else an older service wrote. */
function runSample(value: JsonValue): RunSample[] {
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
  const last = [...samples].sort((left, right) => (left.at ?? 0) - (right.at ?? 0)).slice(-RUN_SAMPLES);
  const stages = new Map<string, StageStats>();
  for (const { stage, seconds, at } of last) countSample(stages, stage, { seconds, at: at ?? 0 });
  return { id, label, createdAt, samples: last, stages: byStage(stages, summarizeStage) };
}
