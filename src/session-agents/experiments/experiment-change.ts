import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../../common/json';
import { ParleyError } from '../../common/parley-error';
import type { Experiment, ExperimentAction, ExperimentDefinition, ExperimentStatus } from './experiment';
import { withEntry } from './experiment-history';
import type { ExperimentChanges } from './given-experiment';

export interface ExperimentOrigin {
  /** Name of the key. */
  readonly actor: string;
  readonly note?: string | undefined;
}

/** Fields that say what a variant is: results before and after a change of them would not be of the same thing. */
const LOCKED_FIELDS = ['agent', 'variants', 'control'] as const;
const FIELDS = [...LOCKED_FIELDS, 'description', 'traffic', 'guardRails', 'status'] as const;

const NEXT: Readonly<Record<ExperimentStatus, readonly ExperimentStatus[]>> = {
  draft: ['running', 'ended'],
  running: ['paused', 'ended'],
  paused: ['running', 'ended'],
  ended: [],
};

/** @throws ParleyError `experiment_locked` for a field that only a draft can change */
export function refuseLocked(current: Experiment, changes: ExperimentChanges): void {
  if (current.status === 'draft') return;
  const locked = LOCKED_FIELDS.filter(
    (field) => changes[field] !== undefined && !isDeepStrictEqual(changes[field], current[field]),
  );
  if (locked.length === 0) return;
  const what = locked.join(', ');
  throw new ParleyError('experiment_locked', `Only a draft can change ${what}; the experiment is ${current.status}.`);
}

/** @throws ParleyError `experiment_locked` */
export function refuseStep(from: ExperimentStatus, to: ExperimentStatus): void {
  if (from === to || NEXT[from].includes(to)) return;
  const next = NEXT[from].length > 0 ? `It can become ${NEXT[from].join(' or ')}.` : 'That is final.';
  throw new ParleyError('experiment_locked', `The experiment is ${from} and cannot become ${to}. ${next}`);
}

/** @throws ParleyError `experiment_locked` */
export function refuseRemoval({ status }: Experiment): void {
  if (status === 'draft' || status === 'ended') return;
  throw new ParleyError('experiment_locked', `The experiment is ${status}: it must be ended before it is removed.`);
}

/** The experiment after a change, with its entry; the same object where nothing changes. */
export function changedExperiment(
  current: Experiment,
  changes: Partial<ExperimentDefinition & { status: ExperimentStatus }>,
  { actor, note }: ExperimentOrigin,
  at: number,
): Experiment {
  const next = { ...current, ...changes };
  const changed = FIELDS.filter((field) => !isDeepStrictEqual(current[field], next[field]));
  if (changed.length === 0) return current;
  const action: ExperimentAction = changed.includes('status') ? 'status' : 'update';
  return withEntry(next, {
    at,
    actor,
    source: 'admin',
    action,
    note: note ?? null,
    before: fieldsOf(current, changed),
    after: fieldsOf(next, changed),
  });
}

/** A new experiment, with the entry that says so. */
export function newExperiment(
  id: string,
  definition: ExperimentDefinition & { status: ExperimentStatus },
  { actor, note }: ExperimentOrigin,
  at: number,
): Experiment {
  const experiment: Experiment = { id, ...definition, createdAt: at, updatedAt: at, history: [], version: 0 };
  const after = fieldsOf(experiment, FIELDS);
  return withEntry(experiment, {
    at,
    actor,
    source: 'admin',
    action: 'create',
    note: note ?? null,
    before: null,
    after,
  });
}

function fieldsOf(experiment: Experiment, fields: readonly (typeof FIELDS)[number][]): JsonObject {
  return Object.fromEntries(fields.map((field) => [field, experiment[field]])) as JsonObject;
}
