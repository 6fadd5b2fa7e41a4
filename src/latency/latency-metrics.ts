import { Inject, Injectable } from '@nestjs/common';
import { Counter, Histogram, Registry } from 'prom-client';
import { LatencyBudgets } from './budgets';
import { LabelSets } from './label-sets';
import type { CountedSample, EffectLabels } from './measured-batch';

/** Made for voice: fine where a caller hears the difference, from 25 ms to 10 s. */
export const VOICE_BUCKETS = [
  0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 1, 1.25, 1.5, 2, 3, 5, 7.5, 10,
];

/** What is measured and counted in sessions, for Prometheus. */
@Injectable()
export class LatencyMetrics {
  readonly labels = new LabelSets();
  private readonly seconds: Histogram;
  private readonly overBudget: Counter;
  private readonly turns: Counter;
  private readonly interruptions: Counter;

  constructor(@Inject(Registry) registry: Registry, budgets: LatencyBudgets) {
    const registers = [registry];
    const counter = (name: string, help: string, label: string) =>
      new Counter({ name, help, labelNames: [label], registers });
    this.seconds = new Histogram({
      name: 'parley_stage_seconds',
      help: 'Stages of turns, by stage, active agent and variant of an experiment.',
      labelNames: ['stage', 'agent', 'variant'],
      buckets: VOICE_BUCKETS,
      registers,
    });
    this.overBudget = counter('parley_latency_over_budget_total', 'Samples over the budget of their stage.', 'stage');
    this.turns = counter('parley_turns_total', 'Messages of callers, by active agent.', 'agent');
    this.interruptions = counter('parley_interruptions_total', 'Interruptions by callers, by active agent.', 'agent');
    for (const stage of budgets.stages) this.overBudget.inc({ stage }, 0);
  }

  observe({ stage, seconds, isOverBudget }: CountedSample, labels: EffectLabels): void {
    const { agent, variant } = this.labels.ofSeries(stage, labels);
    this.seconds.observe({ stage, agent, variant }, seconds);
    if (isOverBudget) this.overBudget.inc({ stage });
  }

  countTurn({ agent }: EffectLabels): void {
    this.turns.inc({ agent });
  }

  countInterruption({ agent }: EffectLabels): void {
    this.interruptions.inc({ agent });
  }
}
