import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, nowSeconds } from '../common/clock';
import type { StageStats } from '../store/session-state';
import { countSample } from '../store/stage-stats';
import type { CountedSample } from './measured-batch';
import { byStage, type StageSummary, summarizeStage } from './stage-summary';

export interface BudgetedSummary extends StageSummary {
  /** Samples over the budget of the stage; 0 where it has none. */
  readonly overBudget: number;
}

export interface ServiceSummary {
  /** Start of the process, seconds since the epoch. */
  readonly since: number;
  readonly stages: Readonly<Record<string, BudgetedSummary>>;
}

/**
 * The stages of all sessions that this process has written to since it started, and of its own work, in exact figures and
 * log buckets.
 */
@Injectable()
export class ServiceLatency {
  private readonly since: number;
  private readonly stages = new Map<string, StageStats>();
  private readonly overBudget = new Map<string, number>();

  constructor(@Inject(CLOCK) clock: Clock) {
    this.since = nowSeconds(clock);
  }

  count({ stage, seconds, at, isOverBudget }: CountedSample): void {
    countSample(this.stages, stage, { seconds, at });
    if (isOverBudget) this.overBudget.set(stage, (this.overBudget.get(stage) ?? 0) + 1);
  }

  summary(): ServiceSummary {
    const figures = (stats: StageStats, stage: string) => ({
      ...summarizeStage(stats),
      overBudget: this.overBudget.get(stage) ?? 0,
    });
    return { since: this.since, stages: byStage(this.stages, figures) };
  }
}
