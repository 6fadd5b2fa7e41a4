import { Inject, Injectable, Logger } from '@nestjs/common';
import { CLOCK, type Clock, nowSeconds } from '../../common/clock';
import { describeError } from '../../common/logging/describe-error';
import { isParleyError } from '../../common/parley-error';
import type { Breach, Experiment } from './experiment';
import { ExperimentDocuments } from './experiment-documents';
import { withEntry } from './experiment-history';
import { ExperimentRegistry } from './experiment-registry';
import { ExperimentResults } from './experiment-results';
import { describeBreach, findBreach } from './guard-rails';

/** Pauses experiments that break a guard-rail. Every process that counts for one looks; one of them pauses it. */
@Injectable()
export class GuardRailWatch {
  private readonly logger = new Logger('Experiments');
  /** Experiments that could not be looked at yet. */
  private readonly due = new Set<string>();
  private failing = false;

  constructor(
    private readonly registry: ExperimentRegistry,
    private readonly documents: ExperimentDocuments,
    private readonly results: ExperimentResults,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Looks at the experiments that new counts have come for. Never rejects: what fails is tried the next time. */
  async check(counted: Iterable<string>): Promise<void> {
    for (const id of counted) this.due.add(id);
    await Promise.all([...this.due].map((id) => this.checkOne(id)));
  }

  private async checkOne(id: string): Promise<void> {
    try {
      const experiment = this.registry.get(id);
      if (experiment && isGuarded(experiment)) await this.pauseIfBroken(experiment);
      this.due.delete(id);
      this.failing = false;
    } catch (error) {
      if (isParleyError(error, 'experiment_not_found')) this.due.delete(id);
      else this.reportFailure(error);
    }
  }

  /** Once, not every second of an outage. */
  private reportFailure(error: unknown): void {
    if (!this.failing) this.logger.warn({ msg: 'guard-rails cannot be checked', err: describeError(error) });
    this.failing = true;
  }

  private async pauseIfBroken(experiment: Experiment): Promise<void> {
    const results = await this.results.of(experiment);
    if (!findBreach(experiment, results)) return;
    let breach: Breach | undefined;
    await this.documents.change(experiment.id, (current) => {
      // Whoever has paused it, or changed its guard-rails, came first.
      breach = isGuarded(current) ? findBreach(current, results) : undefined;
      return breach ? this.paused(current, breach) : current;
    });
    if (breach) this.report(experiment.id, breach);
    await this.registry.refresh();
  }

  private paused(experiment: Experiment, breach: Breach): Experiment {
    return withEntry(
      { ...experiment, status: 'paused' },
      {
        at: nowSeconds(this.clock),
        actor: experiment.id,
        source: 'experiment',
        action: 'pausedByGuardRail',
        note: describeBreach(breach),
        before: { status: experiment.status },
        after: { status: 'paused' },
        breach,
      },
    );
  }

  private report(experimentId: string, { variant, value, samples, limit }: Breach): void {
    const facts = { experimentId, variant, value, samples, limit };
    this.logger.warn({ msg: 'a guard-rail has paused an experiment', ...facts });
  }
}

function isGuarded({ status, guardRails }: Experiment): boolean {
  return status === 'running' && guardRails.length > 0;
}
