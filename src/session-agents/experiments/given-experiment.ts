import type { ExperimentStatus, INTERRUPTION_RATE, Percentile } from './experiment';

/** What clients write: of the right shape, and nothing more is known of it. */
export interface GivenVariant {
  readonly name: string;
  readonly weight: number;
  readonly overrides?: unknown;
}

export interface GivenGuardRail {
  readonly stage?: string;
  readonly percentile?: Percentile;
  readonly metric?: typeof INTERRUPTION_RATE;
  readonly bound?: number;
  readonly ratioToControl?: number;
  readonly minSamples: number;
}

/** What can be said of an experiment that exists. An absent field stays. */
export interface ExperimentChanges {
  readonly description?: string;
  readonly agent?: string;
  readonly variants?: readonly GivenVariant[];
  readonly control?: string;
  readonly traffic?: number;
  readonly guardRails?: readonly GivenGuardRail[];
  readonly status?: ExperimentStatus;
}

export interface NewExperiment extends ExperimentChanges {
  readonly id: string;
  readonly agent: string;
  readonly variants: readonly GivenVariant[];
  readonly status?: 'draft' | 'running';
}
