import type { MeasuredMemory } from './memory';
import type { CallShape } from './scripts';
import type { SharedCost } from './shared-cost';
import type { Throughput } from './throughput';

/** All that a whole run has measured; docs/capacity.json holds it, and what is planned is computed from it. */
export interface Figures {
  readonly machine: {
    readonly date: string;
    readonly processor: string;
    readonly cores: number;
    readonly memoryGiB: number;
    readonly node: string;
    readonly redis: string;
    /** Before the run, over the last minute: what others did. */
    readonly load: number;
  };
  readonly seed: number;
  /** Calls under way. */
  readonly sessions: number;
  readonly shape: CallShape;
  readonly throughputs: readonly Throughput[];
  readonly memory: readonly MeasuredMemory[];
  readonly shared: SharedCost;
}

/** Where they are kept. */
export const FIGURES_FILE = 'docs/capacity.json';
