import { Inject, Injectable } from '@nestjs/common';
import { Counter, Registry } from 'prom-client';

/**
 * Why an event of a realtime model was left out. `late`: of a response that is over, was cancelled or cut; `repeated`: it
 * had come before; `needless`: a refusal of what no longer mattered.
 */
export const IGNORED_EVENT_REASONS = ['unknown', 'malformed', 'late', 'repeated', 'needless'] as const;
export type IgnoredEventReason = (typeof IGNORED_EVENT_REASONS)[number];

@Injectable()
export class IgnoredEvents {
  private readonly counter: Counter;

  constructor(@Inject(Registry) registry: Registry) {
    this.counter = new Counter({
      name: 'parley_realtime_ignored_events_total',
      help: 'Events of realtime models that were left out, by reason.',
      labelNames: ['reason'],
      registers: [registry],
    });
    for (const reason of IGNORED_EVENT_REASONS) this.counter.inc({ reason }, 0);
  }

  ignore(reason: IgnoredEventReason): void {
    this.counter.inc({ reason });
  }
}
