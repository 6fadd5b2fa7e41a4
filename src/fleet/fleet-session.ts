import type { ExperimentTag } from '../store/ops';

/** Who is on the line, as far as the session's context says. */
export interface FleetCaller {
  readonly id: string | null;
  readonly name: string | null;
  /** What is kept of the number. */
  readonly phone: string | null;
}

/** A session as lists show it. Times are seconds since the epoch. */
export interface FleetSession {
  readonly sessionId: string;
  readonly activeAgent: string | null;
  readonly caller: FleetCaller | null;
  /** Null where an older service did not say. */
  readonly createdAt: number | null;
  readonly updatedAt: number | null;
  /** How often the caller has said something. */
  readonly turns: number;
  readonly interruptions: number;
  /** Of the last turn, from the caller's silence to the agent's voice (`turn_e2e`). */
  readonly lastLatencyMs: number | null;
  /** The last turn took longer than its budget, or the context key `degraded` is true. */
  readonly degraded: boolean;
  readonly experiment: ExperimentTag | null;
  readonly revision: number;
}
