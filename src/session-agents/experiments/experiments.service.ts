import { Inject, Injectable, Logger } from '@nestjs/common';
import { CLOCK, type Clock, nowSeconds } from '../../common/clock';
import { describeError } from '../../common/logging/describe-error';
import { ParleyError } from '../../common/parley-error';
import type { Assignment } from '../state/session-agents';
import { assignmentTo } from './assignment';
import type { Experiment, ExperimentStatus } from './experiment';
import {
  changedExperiment,
  type ExperimentOrigin,
  newExperiment,
  refuseLocked,
  refuseRemoval,
  refuseStep,
} from './experiment-change';
import { ExperimentDocuments, experimentExists } from './experiment-documents';
import { ExperimentRegistry } from './experiment-registry';
import { ExperimentResults, type VariantResults } from './experiment-results';
import { ExperimentRules } from './experiment-rules';
import type { ExperimentChanges, NewExperiment } from './given-experiment';

/** Experiments as admins see them: read from the store, so that every process says the same. */
@Injectable()
export class ExperimentsService {
  private readonly logger = new Logger('Experiments');

  constructor(
    private readonly documents: ExperimentDocuments,
    private readonly registry: ExperimentRegistry,
    private readonly results: ExperimentResults,
    private readonly rules: ExperimentRules,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** In the order of their creation. */
  list(): Promise<readonly Experiment[]> {
    return this.documents.all();
  }

  /** @throws ParleyError `experiment_not_found` */
  get(id: string): Promise<Experiment> {
    return this.documents.get(id);
  }

  /**
   * @throws ParleyError `experiment_exists`, `agent_not_found`, `validation_failed`, `template_invalid`, `unknown_tool`
   */
  async create(given: NewExperiment, origin: ExperimentOrigin): Promise<Experiment> {
    const definition = { ...(await this.rules.definition(given)), status: given.status ?? ('draft' as const) };
    const experiment = newExperiment(given.id, definition, origin, nowSeconds(this.clock));
    if (await this.documents.find(given.id)) throw experimentExists();
    // What an experiment of this id left that has been removed, or sessions of it have counted since.
    await this.results.clear(experiment);
    const created = await this.documents.create(experiment);
    await this.registry.refresh();
    return created;
  }

  /**
   * Changes what is given; all of it while it is a draft, later description, traffic, guard-rails and status.
   * @param seenVersion the version that the change builds on; without it the last one wins
   * @throws ParleyError `experiment_not_found`, `experiment_locked`, `revision_conflict`, and as {@link create}
   */
  async update(
    id: string,
    changes: ExperimentChanges,
    origin: ExperimentOrigin,
    seenVersion?: number,
  ): Promise<Experiment> {
    const changed = await this.documents.change(id, (current) => this.changed(current, changes, origin), seenVersion);
    await this.registry.refresh();
    return changed;
  }

  /** Removes a draft or an experiment that has ended, with its results. @throws as {@link update} */
  async remove(id: string, { actor }: ExperimentOrigin, seenVersion?: number): Promise<void> {
    const removed = await this.documents.remove(id, refuseRemoval, seenVersion);
    this.logger.log({ msg: 'an experiment was removed', experimentId: id, actor });
    await this.registry.refresh();
    // Counters end by themselves, and a new experiment of this id begins without them.
    await this.results.clear(removed).catch((error: unknown) => {
      this.logger.warn({ msg: 'the counters of a removed experiment remain', err: describeError(error) });
    });
  }

  /** @throws ParleyError `experiment_not_found` */
  async resultsOf(
    id: string,
  ): Promise<{ readonly experiment: Experiment; readonly variants: readonly VariantResults[] }> {
    const experiment = await this.documents.get(id);
    return { experiment, variants: await this.results.of(experiment) };
  }

  /**
   * What a session keeps that an admin puts into a variant. An experiment that nobody has defined makes a mere tag.
   * @throws ParleyError `validation_failed` where the experiment has no such variant
   */
  async assignmentFor(experimentId: string, variantName: string): Promise<Assignment> {
    const experiment = await this.documents.find(experimentId);
    if (!experiment) return { experimentId, variant: variantName, reason: 'STATIC' };
    const variant = experiment.variants.find(({ name }) => name === variantName);
    if (!variant) throw unknownVariant(experiment);
    // The meter counts what the registry knows: another process may have changed it a moment ago.
    if (this.registry.get(experimentId)?.version !== experiment.version) await this.registry.refresh();
    return assignmentTo(experiment, variant, 'STATIC');
  }

  private async changed(
    current: Experiment,
    changes: ExperimentChanges,
    origin: ExperimentOrigin,
  ): Promise<Experiment> {
    refuseLocked(current, changes);
    const status = changes.status ?? current.status;
    refuseStep(current.status, status);
    const definition = await this.rules.changes(current, changes);
    const changed = changedExperiment(current, { ...definition, status }, origin, nowSeconds(this.clock));
    if (current.status !== 'running' && status === 'running') await this.prepare(current.status, changed);
    return changed;
  }

  /** The agent may have gone since it was named; what was counted of a draft was somebody trying it out. */
  private async prepare(from: ExperimentStatus, experiment: Experiment): Promise<void> {
    this.rules.agent(experiment.agent);
    if (from === 'draft') await this.results.clear(experiment);
  }
}

function unknownVariant({ variants }: Experiment): ParleyError {
  const names = variants.map(({ name }) => name).join(', ');
  return new ParleyError('validation_failed', 'The experiment has no such variant.', {
    errors: [{ path: '/variant', message: `must be one of ${names}` }],
  });
}
