import { BoundedNames, OTHER_NAMES } from './bounded-names';
import { type EffectLabels, effectNames, NO_LABEL } from './measured-batch';
import type { InEffect } from '../store/session-state';

/** Agents and variants that are told apart. */
const MAX_NAMES = 64;
/**
 * Series of one histogram: what the product of three bounded labels could reach (more than 300,000) would fill memory
 * and every scrape. Real services stay far below: 20 agents in 10 variants with 10 stages are 2,000.
 */
const MAX_SERIES = 2048;

const OTHERS: EffectLabels = { agent: OTHER_NAMES, variant: OTHER_NAMES };

/** Keeps the labels of metrics bounded, whatever names clients send. */
export class LabelSets {
  private readonly agents = new BoundedNames(MAX_NAMES, [NO_LABEL]);
  private readonly variants = new BoundedNames(MAX_NAMES, [NO_LABEL]);
  private readonly series = new Set<string>();

  of(inEffect: InEffect | undefined): EffectLabels {
    const { agent, variant } = effectNames(inEffect);
    return { agent: this.agents.nameOf(agent), variant: this.variants.nameOf(variant) };
  }

  /** The labels under which a stage is observed. */
  ofSeries(stage: string, labels: EffectLabels): EffectLabels {
    const name = `${labels.agent}\n${labels.variant}\n${stage}`;
    if (this.series.has(name)) return labels;
    if (this.series.size >= MAX_SERIES) return OTHERS;
    this.series.add(name);
    return labels;
  }
}
