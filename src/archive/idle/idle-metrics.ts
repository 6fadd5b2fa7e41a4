import { Counter, type Registry } from 'prom-client';
import type { LookOutcome } from './idle-look';

/** `lost`: the archive had not taken it when it expired. */
export type IdleOutcome = LookOutcome | 'lost';

const OUTCOMES: readonly IdleOutcome[] = ['archived', 'kept', 'gone', 'unreadable', 'failed', 'lost'];

/** What became of the looks at idle sessions. */
export class IdleMetrics {
  private readonly looks: Counter;

  constructor(registry: Registry) {
    this.looks = new Counter({
      name: 'parley_idle_sessions_total',
      help: 'Looks at sessions that were about to expire, by outcome; failed: once a session, however often it is tried.',
      labelNames: ['outcome'],
      registers: [registry],
    });
    for (const outcome of OUTCOMES) this.looks.inc({ outcome }, 0);
  }

  count(outcome: IdleOutcome): void {
    this.looks.inc({ outcome });
  }
}
