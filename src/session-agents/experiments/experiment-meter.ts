import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { PeriodicWork } from '../../common/periodic-work';
import { type AppliedBatch, AppliedBatches } from '../../store/applied-batches';
import type { ExperimentTag } from '../../store/ops';
import { SharedCounts } from '../../store/shared-counts';
import { SHARED_STORE, type SharedStore } from '../../store/shared-store';
import { countersKey, countersOf, experimentOf } from './experiment-counters';
import { ExperimentRegistry } from './experiment-registry';
import { GuardRailWatch } from './guard-rail-watch';
import { StageNames } from './stage-names';

const FLUSH_INTERVAL_MS = 1000;
/** Results are there for so long after the last session of the variant. */
export const COUNTERS_TTL_SECONDS = 90 * 24 * 3600;

/**
 * Counts what happens in sessions that take part in an experiment: in memory first, and every second in the store, where
 * the counts of all processes add up.
 */
@Injectable()
export class ExperimentMeter implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger('Experiments');
  private readonly pending: SharedCounts;
  private readonly stages = new StageNames();
  private stopListening: (() => void) | undefined;
  private readonly ticking = new PeriodicWork(async () => this.guardRails.check(await this.flush()), FLUSH_INTERVAL_MS);
  private stopping = false;

  constructor(
    private readonly applied: AppliedBatches,
    private readonly registry: ExperimentRegistry,
    private readonly guardRails: GuardRailWatch,
    @Inject(SHARED_STORE) store: SharedStore,
  ) {
    this.pending = new SharedCounts(store, COUNTERS_TTL_SECONDS, this.logger);
  }

  onModuleInit(): void {
    this.stopListening = this.applied.listen((applied) => this.count(applied));
    this.ticking.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.ticking.stop();
    await this.flush();
    if (this.pending.size > 0) this.logger.error({ msg: 'counts are lost', variants: this.pending.size });
  }

  onApplicationShutdown(): void {
    this.stopListening?.();
  }

  /** What is done every second, one at a time however long the store takes. */
  tick(): Promise<void> {
    return this.ticking.run();
  }

  /** Writes what has been counted. Gives the experiments written. */
  async flush(): Promise<ReadonlySet<string>> {
    const written = await this.pending.flush((key) => this.isOfInterest(key));
    return new Set(written.map(experimentOf));
  }

  private count({ receipt, batch, opened }: AppliedBatch): void {
    const tag = receipt.inEffect?.experiment;
    if (!tag || !this.isKnown(tag)) return;
    const key = countersKey(tag.id, tag.variant);
    const counters = countersOf({ batch, opened }, tag, (stage) => this.stages.nameOf(key, stage));
    if (counters.length === 0) return;
    this.pending.add(
      key,
      counters.map((counter) => [counter, 1] as const),
    );
    // The last changes of memos come while the service stops: nobody will call again.
    if (this.stopping) void this.flush();
  }

  /** A tag can hold any text: only what an admin has defined gets counters. */
  private isKnown({ id, variant }: ExperimentTag): boolean {
    return this.registry.get(id)?.variants.some(({ name }) => name === variant) ?? false;
  }

  /** What was counted of an experiment that has been removed meanwhile would bring its counters back. */
  private isOfInterest(key: string): boolean {
    if (this.registry.get(experimentOf(key))) return true;
    this.stages.forget(key);
    return false;
  }
}
