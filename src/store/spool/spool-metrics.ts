import { Counter, Gauge, type Registry } from 'prom-client';
import type { ErrorCode } from '../../common/error-catalogue';
import type { Spool } from './spool';

/** What a spool holds and what became of what it held. */
export class SpoolMetrics {
  private readonly replayedTotal: Counter;
  private readonly deadLetters: Counter;

  constructor(registry: Registry, spool: Spool) {
    const registers = [registry];
    new Gauge({
      name: 'parley_spool_entries',
      help: 'Batches that wait in the spool for the store.',
      registers,
      collect() {
        this.set(spool.figures.entries);
      },
    });
    new Gauge({
      name: 'parley_spool_bytes',
      help: 'Bytes of all that the spool keeps, dead letters included; REDIS_SPOOL_MAX_BYTES bounds them.',
      registers,
      collect() {
        this.set(spool.figures.bytes);
      },
    });
    this.replayedTotal = new Counter({
      name: 'parley_spool_replayed_total',
      help: 'Spooled batches that the store has answered.',
      registers,
    });
    this.deadLetters = new Counter({
      name: 'parley_spool_dead_letters_total',
      help: 'Spooled batches that the store has refused for good, by error code; they are kept in the spool.',
      labelNames: ['code'],
      registers,
    });
  }

  replayed(batches: number): void {
    this.replayedTotal.inc(batches);
  }

  buried(code: ErrorCode): void {
    this.deadLetters.inc({ code });
  }
}
