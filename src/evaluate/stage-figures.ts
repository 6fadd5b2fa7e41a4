import type { StageName } from '../latency';
import type { PlayedCall } from './played-call';
import type { StageAnswer } from './service-answers';

/** Whose time a stage is: of the model, of the tools that answer from the record, of Parley, or of all of them. */
export type Owner = 'model' | 'record' | 'Parley' | 'all';

/** Seconds. */
export interface StageFigures {
  readonly stage: string;
  readonly owner: Owner;
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Every stage that a turn in text can have; whoever hears and speaks has others. */
const OWNERS: Partial<Record<StageName, Owner>> = {
  llm_ttft: 'model',
  llm_ttfat: 'model',
  llm: 'model',
  aggregation: 'model',
  tool: 'record',
  handoff: 'Parley',
  session_load: 'Parley',
  store: 'Parley',
  persist_lag: 'Parley',
};

/** The service's stages that were measured, behind the turns as they were seen from outside. */
export function stageFigures(
  stages: Readonly<Record<string, StageAnswer>>,
  calls: readonly PlayedCall[],
): readonly StageFigures[] {
  const measured = Object.entries(OWNERS).flatMap(([stage, owner]) => {
    const found = Object.hasOwn(stages, stage) ? stages[stage] : undefined;
    return found ? [{ stage, owner, count: found.count, p50: found.p50, p95: found.p95, p99: found.p99 }] : [];
  });
  return [...turnFigures(calls), ...measured];
}

function turnFigures(calls: readonly PlayedCall[]): StageFigures[] {
  const seconds = calls
    .flatMap(({ turns }) => turns.flatMap(({ milliseconds = [] }) => milliseconds))
    .map((milliseconds) => milliseconds / 1000)
    .sort((left, right) => left - right);
  if (seconds.length === 0) return [];
  const rank = (share: number) => seconds[Math.ceil(share * seconds.length) - 1] ?? 0;
  const percentiles = { p50: rank(0.5), p95: rank(0.95), p99: rank(0.99) };
  return [{ stage: 'turn, over HTTP', owner: 'all', count: seconds.length, ...percentiles }];
}
