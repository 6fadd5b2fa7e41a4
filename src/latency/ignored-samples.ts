import { Inject, Injectable } from '@nestjs/common';
import { Counter, Registry } from 'prom-client';

/**
 * Why a measurement became no sample. `refused`: the session's memory did not take it, such as after the call's end;
 * `clock_backwards`: what was under way when the monotonic clock went back cannot be known.
 */
export const IGNORED_REASONS = [
  'not_started',
  'already_started',
  'negative',
  'not_finite',
  'too_long',
  'clock_backwards',
  'bad_name',
  'refused',
] as const;
export type IgnoredReason = (typeof IGNORED_REASONS)[number];

/** Measurements that could only have become wrong samples: they are left out, and counted. */
@Injectable()
export class IgnoredSamples {
  private readonly counter: Counter;

  constructor(@Inject(Registry) registry: Registry) {
    this.counter = new Counter({
      name: 'parley_latency_ignored_total',
      help: 'Measurements of a stage that became no sample, by reason.',
      labelNames: ['reason'],
      registers: [registry],
    });
    for (const reason of IGNORED_REASONS) this.counter.inc({ reason }, 0);
  }

  ignore(reason: IgnoredReason): void {
    this.counter.inc({ reason });
  }
}
