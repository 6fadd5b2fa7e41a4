import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { describeError } from '../../common/logging/describe-error';
import { exponentialBackoff } from '../../memo';
import type { Experiment } from './experiment';
import { ExperimentDocuments } from './experiment-documents';

/**
 * The experiments in this process's memory, kept fresh by what the store tells of changes. While the store is away it
 * goes on with what it knows, nothing in the beginning, and asks until it has an answer.
 */
@Injectable()
export class ExperimentRegistry implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger('Experiments');
  private byId: ReadonlyMap<string, Experiment> = new Map();
  private runningOnes: readonly Experiment[] = [];
  private stopWatching: (() => Promise<void>) | undefined;
  private loading: Promise<void> | undefined;
  private next: Promise<void> | undefined;
  private failures = 0;
  private retryTimer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly documents: ExperimentDocuments) {}

  async onModuleInit(): Promise<void> {
    await this.refresh();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.retryTimer);
    // A subscription that cannot be given back ends with its connection.
    await this.stopWatching?.().catch(() => undefined);
  }

  get(id: string): Experiment | undefined {
    return this.byId.get(id);
  }

  /** In the order of their creation. */
  running(): readonly Experiment[] {
    return this.runningOnes;
  }

  /** Resolves when a reading that began after the call is done, whether it succeeded or will be tried again. */
  refresh(): Promise<void> {
    if (this.stopped) return Promise.resolve();
    if (this.loading) return (this.next ??= this.loading.then(() => this.followUp()));
    return (this.loading = this.load().finally(() => (this.loading = undefined)));
  }

  private followUp(): Promise<void> {
    this.next = undefined;
    return this.refresh();
  }

  /** Watches before it reads: what is written in between is told. */
  private async load(): Promise<void> {
    clearTimeout(this.retryTimer);
    try {
      this.stopWatching ??= await this.documents.watch(() => void this.refresh());
      const experiments = await this.documents.all();
      this.byId = new Map(experiments.map((experiment) => [experiment.id, experiment]));
      this.runningOnes = experiments.filter(({ status }) => status === 'running');
      this.failures = 0;
    } catch (error) {
      this.tryLater(error);
    }
  }

  private tryLater(error: unknown): void {
    this.failures += 1;
    if (this.failures === 1) {
      this.logger.warn({ msg: 'the experiments cannot be read; it is tried again', err: describeError(error) });
    }
    if (this.stopped) return;
    this.retryTimer = setTimeout(() => void this.refresh(), exponentialBackoff(this.failures)).unref();
  }
}
