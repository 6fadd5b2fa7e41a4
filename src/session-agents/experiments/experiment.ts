import type { JsonObject } from '../../common/json';
import type { AgentOverrides } from '../agent';

/** Ids of experiments and names of variants: they become parts of keys and paths, where `.` and `..` have a meaning. */
export const EXPERIMENT_NAME_PATTERN = '^(?!\\.{1,2}$)[A-Za-z0-9._-]{1,64}$';

export const EXPERIMENT_STATUSES = ['draft', 'running', 'paused', 'ended'] as const;
/** `draft`: being written. `running`: new sessions join. `paused`: none do for now. `ended`: for good. */
export type ExperimentStatus = (typeof EXPERIMENT_STATUSES)[number];

export const PERCENTILES = ['p50', 'p90', 'p95', 'p99'] as const;
export type Percentile = (typeof PERCENTILES)[number];

export const INTERRUPTION_RATE = 'interruptionRate';

export const MAX_VARIANTS = 16;
export const MAX_GUARD_RAILS = 16;
export const MAX_WEIGHT = 1_000_000;

export interface Variant {
  readonly name: string;
  /** Its share of the sessions that join is this of the sum of all weights. */
  readonly weight: number;
  /** What its sessions use instead of the agent's fields; none for a control. */
  readonly overrides: AgentOverrides;
}

/** Types, not interfaces, so that they are JSON objects too. */
type Limits = {
  /** Most that is well: seconds of a stage, interruptions per turn. */
  readonly bound?: number;
  /** Most that is well as a multiple of what the control variant has. */
  readonly ratioToControl?: number;
  /** Nothing is said of a variant with fewer samples of the stage, or fewer turns. */
  readonly minSamples: number;
};
export type StageRail = Limits & { readonly stage: string; readonly percentile: Percentile };
export type RateRail = Limits & { readonly metric: typeof INTERRUPTION_RATE };
/** What an experiment must not make worse: one that does is paused. */
export type GuardRail = StageRail | RateRail;

/** How a variant broke a guard-rail. */
export type Breach = {
  readonly guardRail: GuardRail;
  readonly variant: string;
  readonly value: number;
  readonly samples: number;
  /** What the value is above: the bound, or the ratio times what the control has. */
  readonly limit: number;
  /** What the control had where the ratio to it is what was broken. */
  readonly control: { readonly value: number; readonly samples: number } | null;
};

export interface ExperimentDefinition {
  readonly description: string;
  /** The base agent that the variants change. */
  readonly agent: string;
  readonly variants: readonly Variant[];
  /** The variant that the others are compared with. */
  readonly control: string;
  /** Share of all new sessions that join, 0 to 1. */
  readonly traffic: number;
  readonly guardRails: readonly GuardRail[];
}

export type ExperimentAction = 'create' | 'update' | 'status' | 'pausedByGuardRail';

/** An entry of an experiment's audit trail. */
export type ExperimentHistoryEntry = {
  /** Seconds since the epoch. */
  readonly at: number;
  /** Name of the key; of the experiment itself where a guard-rail acted. */
  readonly actor: string;
  readonly source: 'admin' | 'experiment';
  readonly action: ExperimentAction;
  readonly note: string | null;
  /** The fields that were changed; null at the beginning. */
  readonly before: JsonObject | null;
  readonly after: JsonObject;
  readonly breach?: Breach;
};

export interface Experiment extends ExperimentDefinition {
  readonly id: string;
  readonly status: ExperimentStatus;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Oldest first, bounded. */
  readonly history: readonly ExperimentHistoryEntry[];
  /** Grows by one with every change. */
  readonly version: number;
}

/** Experiments are asked in this order whether they take a session: the same in every process. */
export function byCreation(left: Experiment, right: Experiment): number {
  return left.createdAt - right.createdAt || (left.id < right.id ? -1 : 1);
}
