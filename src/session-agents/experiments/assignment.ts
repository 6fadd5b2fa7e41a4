import { createHash } from 'node:crypto';
import type { Assignment, AssignmentReason } from '../state/session-agents';
import type { Experiment, Variant } from './experiment';

/** Where a session stands in an experiment, each 0 to below 1, and neither says anything of the other. */
export interface Draw {
  /** It joins where this is below the share of traffic. */
  readonly traffic: number;
  readonly variant: number;
}

const BYTES_EACH = 6;
const RANGE = 2 ** (8 * BYTES_EACH);

/** By SHA-256, so that it is the same in every process, after every restart and in every release. */
export function drawOf(experimentId: string, sessionId: string): Draw {
  // Neither id can hold a line break: no two pairs make one text.
  const digest = createHash('sha256').update(`${experimentId}\n${sessionId}`).digest();
  const fraction = (offset: number) => digest.readUIntBE(offset, BYTES_EACH) / RANGE;
  return { traffic: fraction(0), variant: fraction(BYTES_EACH) };
}

/** The variant that a session would get, whether it joins or not: a change of the traffic moves nobody. */
export function variantAt(fraction: number, variants: readonly Variant[]): Variant {
  const point = fraction * variants.reduce((sum, { weight }) => sum + weight, 0);
  let end = 0;
  return variants.find(({ weight }) => point < (end += weight)) ?? (variants.at(-1) as Variant);
}

/** A new session's part in the first of the experiments that takes it; undefined where none does. */
export function assign(experiments: readonly Experiment[], sessionId: string): Assignment | undefined {
  for (const experiment of experiments) {
    const { traffic, variant } = drawOf(experiment.id, sessionId);
    if (traffic < experiment.traffic) return assignmentTo(experiment, variantAt(variant, experiment.variants), 'SPLIT');
  }
  return undefined;
}

/** What a session keeps of its variant: all it needs, whatever becomes of the experiment. */
export function assignmentTo(experiment: Experiment, variant: Variant, reason: AssignmentReason): Assignment {
  return {
    experimentId: experiment.id,
    variant: variant.name,
    reason,
    agent: experiment.agent,
    overrides: variant.overrides,
  };
}

/** A session's part in an experiment in the terms of OpenFeature. */
export interface AssignmentReport {
  readonly flagKey: string | null;
  readonly variant: string | null;
  /** `SPLIT`: by its hash. `STATIC`: set from outside. `DEFAULT`: it takes part in none. */
  readonly reason: AssignmentReason | 'DEFAULT';
}

export function assignmentReport(assignment: Assignment | undefined): AssignmentReport {
  if (!assignment) return { flagKey: null, variant: null, reason: 'DEFAULT' };
  const { experimentId: flagKey, variant, reason } = assignment;
  return { flagKey, variant, reason };
}
