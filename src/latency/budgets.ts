import { Inject, Injectable } from '@nestjs/common';
import { PARLEY_CONFIG, type ParleyConfig } from '../config/parley-config';
import type { Change } from '../store/session-store';

/** A sample that took longer than its stage may. */
export interface BudgetBreach {
  readonly stage: string;
  readonly seconds: number;
  readonly budget: number;
  readonly run?: string;
}

const NONE: readonly BudgetBreach[] = [];

/** The samples of a change, or of a batch, that are over the budget of their stage. */
export function budgetBreaches(
  { ops }: Pick<Change, 'ops'>,
  budgets: ReadonlyMap<string, number>,
): readonly BudgetBreach[] {
  if (budgets.size === 0) return NONE;
  return ops.flatMap((op): readonly BudgetBreach[] => {
    if (op.op !== 'recordLatency') return NONE;
    const { stage, seconds, run } = op;
    const budget = budgets.get(stage);
    if (budget === undefined || seconds <= budget) return NONE;
    return [{ stage, seconds, budget, ...(run !== undefined && { run }) }];
  });
}

/** How long each stage may take, as the configuration says. */
@Injectable()
export class LatencyBudgets {
  private readonly budgets: ReadonlyMap<string, number>;

  constructor(@Inject(PARLEY_CONFIG) { latency }: Pick<ParleyConfig, 'latency'>) {
    this.budgets = latency.budgets;
  }

  get stages(): string[] {
    return [...this.budgets.keys()];
  }

  /** By stage. */
  milliseconds(): Record<string, number> {
    return Object.fromEntries([...this.budgets].map(([stage, seconds]) => [stage, seconds * 1000]));
  }

  isOver(stage: string, seconds: number): boolean {
    const budget = this.budgets.get(stage);
    return budget !== undefined && seconds > budget;
  }

  breaches(change: Pick<Change, 'ops'>): readonly BudgetBreach[] {
    return budgetBreaches(change, this.budgets);
  }
}
