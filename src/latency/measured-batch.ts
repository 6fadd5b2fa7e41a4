import type { InEffect } from '../store/session-state';

/** A sample under the name its stage is counted as. */
export interface CountedSample {
  readonly stage: string;
  readonly seconds: number;
  /** When it became durable, seconds since the epoch. */
  readonly at: number;
  readonly isOverBudget: boolean;
}

/** Who was speaking, in names that are bounded: labels of metrics. */
export interface EffectLabels {
  readonly agent: string;
  readonly variant: string;
}

/** Where no agent is active, or the session takes part in no experiment. */
export const NO_LABEL = 'none';

export const NOBODY: EffectLabels = { agent: NO_LABEL, variant: NO_LABEL };

/** What is in effect, as texts from outside. */
export function effectNames(inEffect: InEffect | undefined): EffectLabels {
  const experiment = inEffect?.experiment;
  return {
    agent: inEffect?.agent ?? NO_LABEL,
    variant: experiment ? `${experiment.id}/${experiment.variant}` : NO_LABEL,
  };
}
