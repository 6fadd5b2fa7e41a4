import { Inject, Injectable, Logger } from '@nestjs/common';
import { isParleyError, ParleyError } from '../../common/parley-error';
import { SHARED_STORE, type SharedStore } from '../../store/shared-store';
import { isOvertaken } from '../overtaken';
import { byCreation, type Experiment } from './experiment';
import { readExperiment, storedForm } from './stored-experiment';

const COLLECTION = 'experiments';

/** The experiments in the store, one document each. */
@Injectable()
export class ExperimentDocuments {
  private readonly logger = new Logger('Experiments');
  /** Documents that cannot be read: each is told once. */
  private readonly unreadable = new Set<string>();

  constructor(@Inject(SHARED_STORE) private readonly store: SharedStore) {}

  /** In the order of their creation. */
  async all(): Promise<Experiment[]> {
    const documents = [...(await this.store.readDocuments(COLLECTION))];
    const experiments = documents.flatMap(([id, document]) => readExperiment(id, document) ?? this.leaveOut(id));
    return experiments.sort(byCreation);
  }

  async find(id: string): Promise<Experiment | undefined> {
    return (await this.all()).find((experiment) => experiment.id === id);
  }

  /** @throws ParleyError `experiment_not_found` */
  async get(id: string): Promise<Experiment> {
    const experiment = await this.find(id);
    if (!experiment) throw new ParleyError('experiment_not_found', 'There is no experiment with this id.');
    return experiment;
  }

  /** @throws ParleyError `experiment_exists` */
  async create(experiment: Experiment): Promise<Experiment> {
    try {
      return await this.write(experiment, 0);
    } catch (error) {
      throw isParleyError(error, 'revision_conflict') ? experimentExists(error) : error;
    }
  }

  /**
   * Changes an experiment as it stands; where somebody else came first, anew. What `change` returns unchanged is not
   * written.
   * @param seenVersion the version that the change builds on; without it the last one wins
   * @throws ParleyError `experiment_not_found`, `revision_conflict`, and whatever `change` throws
   */
  change(
    id: string,
    change: (current: Experiment) => Experiment | Promise<Experiment>,
    seenVersion?: number,
  ): Promise<Experiment> {
    return this.retried(id, seenVersion, async (current) => {
      const changed = await change(current);
      return changed === current ? current : this.write(changed, current.version);
    });
  }

  /** @param check throws where the experiment must stay */
  remove(id: string, check: (current: Experiment) => void, seenVersion?: number): Promise<Experiment> {
    return this.retried(id, seenVersion, async (current) => {
      check(current);
      await this.store.writeDocument(COLLECTION, id, null, current.version);
      return current;
    });
  }

  /** Calls the listener whenever something may have changed. */
  watch(listener: () => void): Promise<() => Promise<void>> {
    return this.store.watchDocuments(COLLECTION, listener);
  }

  private leaveOut(id: string): [] {
    if (!this.unreadable.has(id)) {
      this.logger.warn({ msg: 'a stored experiment cannot be read and is left out', experimentId: id });
    }
    this.unreadable.add(id);
    return [];
  }

  private async write(experiment: Experiment, seenVersion: number): Promise<Experiment> {
    const version = await this.store.writeDocument(COLLECTION, experiment.id, storedForm(experiment), seenVersion);
    return { ...experiment, version };
  }

  private async retried(
    id: string,
    seenVersion: number | undefined,
    work: (current: Experiment) => Promise<Experiment>,
  ): Promise<Experiment> {
    for (let attempt = 1; ; attempt += 1) {
      const current = await this.get(id);
      if (seenVersion !== undefined && seenVersion !== current.version) throw changedSince(current.version);
      try {
        return await work(current);
      } catch (error) {
        if (seenVersion !== undefined || !isOvertaken(error, attempt)) throw error;
      }
    }
  }
}

export function experimentExists(cause?: unknown): ParleyError {
  return new ParleyError('experiment_exists', 'There is an experiment with this id already.', { cause });
}

function changedSince(version: number): ParleyError {
  return new ParleyError('revision_conflict', `The experiment is at version ${version} by now.`);
}
