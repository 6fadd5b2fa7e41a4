import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { CLOCK, type Clock, nowSeconds } from '../common/clock';
import { PeriodicWork } from '../common/periodic-work';
import { type AppliedBatch, AppliedBatches } from '../store/applied-batches';
import { type OwnSample, OwnStages } from '../store/own-stages';
import type { OpOf } from '../store/ops';
import { SharedCounts } from '../store/shared-counts';
import { SHARED_STORE, type SharedStore } from '../store/shared-store';
import { BoundedNames } from './bounded-names';
import { LatencyBudgets } from './budgets';
import { EFFECT_TTL_SECONDS, effectCounters, effectKey } from './effect-counters';
import { FLEET_TTL_SECONDS, fleetCounters, fleetKey, minuteOf, minuteOfKey } from './fleet-counters';
import { LatencyMetrics } from './latency-metrics';
import { type CountedSample, type EffectLabels, NOBODY } from './measured-batch';
import { ServiceLatency } from './service-latency';
import { STAGE_NAMES } from './stages';

/** Often enough for a dashboard; a crash loses what was counted since the last time. */
const FLUSH_INTERVAL_MS = 2000;
/** Stages beside the known ones, and those with a budget, that are told apart. */
const MAX_OTHER_STAGES = 64;

/**
 * Counts the samples, turns and interruptions of every batch that this process applies, and the stages of its own work:
 * in this process's own figures, for Prometheus, and in those of all processes together.
 */
@Injectable()
export class LatencyMeter implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger('Latency');
  private readonly stages: BoundedNames;
  private readonly fleet: SharedCounts;
  private readonly effects: SharedCounts;
  private stopListening: (() => void) | undefined;
  private stopListeningToOwn: (() => void) | undefined;
  private readonly flushing = new PeriodicWork(() => this.flush(), FLUSH_INTERVAL_MS);
  private stopping = false;

  constructor(
    private readonly applied: AppliedBatches,
    private readonly own: OwnStages,
    private readonly service: ServiceLatency,
    private readonly metrics: LatencyMetrics,
    private readonly budgets: LatencyBudgets,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SHARED_STORE) store: SharedStore,
  ) {
    this.stages = new BoundedNames(MAX_OTHER_STAGES, [...STAGE_NAMES, ...budgets.stages]);
    this.fleet = new SharedCounts(store, FLEET_TTL_SECONDS, this.logger);
    this.effects = new SharedCounts(store, EFFECT_TTL_SECONDS, this.logger);
  }

  onModuleInit(): void {
    this.stopListening = this.applied.listen((applied) => this.count(applied));
    this.stopListeningToOwn = this.own.listen((sample) => this.countOwn(sample));
    this.flushing.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    // The end itself makes many calls of the store, and each would have to be written by another one.
    this.stopListeningToOwn?.();
    await this.flushing.stop();
    await this.flush();
    const minutes = Math.max(this.fleet.size, this.effects.size);
    if (minutes > 0) this.logger.error({ msg: 'latency counts are lost', minutes });
  }

  onApplicationShutdown(): void {
    this.stopListening?.();
  }

  /** Writes what has been counted; nobody can ask for minutes that are older than what is kept. */
  async flush(): Promise<void> {
    const isKeptFor = (ttlSeconds: number) => {
      const oldest = minuteOf(nowSeconds(this.clock) - ttlSeconds);
      return (key: string) => minuteOfKey(key) >= oldest;
    };
    await Promise.all([
      this.fleet.flush(isKeptFor(FLEET_TTL_SECONDS)),
      this.effects.flush(isKeptFor(EFFECT_TTL_SECONDS)),
    ]);
  }

  private count({ batch, receipt }: AppliedBatch): void {
    const labels = this.metrics.labels.of(receipt.inEffect);
    for (const op of batch.ops) {
      if (op.op === 'recordLatency') this.countOfCall(op, receipt.at, labels);
      else if (op.op === 'append' && op.role === 'user') this.metrics.countTurn(labels);
      else if (op.op === 'setInterrupted' && op.value) this.metrics.countInterruption(labels);
    }
    // The last changes of memos come while the service stops: nobody will call again.
    if (this.stopping && this.fleet.size > 0) void this.flush();
  }

  /** A sample of a call, which counts for its agent and variant too. */
  private countOfCall(op: OpOf<'recordLatency'>, at: number, labels: EffectLabels): void {
    const sample = this.countSample(op, at, labels);
    this.effects.add(
      effectKey(minuteOf(at)),
      effectCounters(sample, this.metrics.labels.ofSeries(sample.stage, labels)),
    );
  }

  /** Nobody was speaking: it is the work of the process, whatever session it was for. */
  private countOwn({ stage, seconds }: OwnSample): void {
    this.countSample({ stage, seconds }, nowSeconds(this.clock), NOBODY);
  }

  /** In the minute in which it became durable: a time that a client names could be any. */
  private countSample(
    { stage, seconds }: Pick<OpOf<'recordLatency'>, 'stage' | 'seconds'>,
    at: number,
    labels: EffectLabels,
  ): CountedSample {
    const isOverBudget = this.budgets.isOver(stage, seconds);
    const sample: CountedSample = { stage: this.stages.nameOf(stage), seconds, at, isOverBudget };
    this.service.count(sample);
    this.metrics.observe(sample, labels);
    this.fleet.add(fleetKey(minuteOf(at)), fleetCounters(sample));
    return sample;
  }
}
