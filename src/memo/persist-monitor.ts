import { Inject, Injectable, Logger } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ParleyError } from '../common/parley-error';

/** What became of the writes of all memos in this process: counted, logged, and visible in health. */
@Injectable()
export class PersistMonitor {
  private readonly logger = new Logger('Persistence');
  private readonly failing = new Set<string>();
  private readonly failures: Counter;
  private readonly withdrawals: Counter;
  private readonly lag: Histogram;

  constructor(@Inject(Registry) registry: Registry) {
    const registers = [registry];
    this.failures = new Counter({
      name: 'parley_persist_failures_total',
      help: 'Attempts to write a memo that failed, by error code.',
      labelNames: ['code'],
      registers,
    });
    this.withdrawals = new Counter({
      name: 'parley_persist_withdrawn_total',
      help: 'Operations of memos that the store refused, by error code: late playback, turns that lost their lease.',
      labelNames: ['code'],
      registers,
    });
    this.lag = new Histogram({
      name: 'parley_persist_lag_seconds',
      help: 'From a mutation in memory to its durability.',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    const failing = this.failing;
    new Gauge({
      name: 'parley_persist_failing_sessions',
      help: 'Sessions with changes that the store has refused or not taken so far.',
      registers,
      collect() {
        this.set(failing.size);
      },
    });
  }

  get failingSessions(): number {
    return this.failing.size;
  }

  failed(sessionId: string, error: ParleyError): void {
    this.failures.inc({ code: error.code });
    if (error.retryable) this.failing.add(sessionId);
    else this.failing.delete(sessionId);
    const outcome = error.retryable ? 'it is tried again' : 'its unwritten changes are lost';
    this.logger.error({ msg: `a write failed; ${outcome}`, sessionId, code: error.code });
  }

  recovered(sessionId: string): void {
    this.failing.delete(sessionId);
    this.logger.log({ msg: 'everything is written again', sessionId });
  }

  /** Not lost by a fault: it belonged to a reply or a turn that is over, and whoever made it is told. */
  withdrawn(sessionId: string, error: ParleyError, operations: number): void {
    this.withdrawals.inc({ code: error.code }, operations);
    this.logger.warn({ msg: 'changes were withdrawn', sessionId, code: error.code, operations });
  }

  persisted(lagSeconds: number): void {
    this.lag.observe(lagSeconds);
  }

  forget(sessionId: string): void {
    this.failing.delete(sessionId);
  }
}
