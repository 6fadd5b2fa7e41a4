import { isJsonObject } from '../../common/json';
import { bucketCounter } from '../../latency';
import type { AppliedBatch } from '../../store/applied-batches';
import type { ExperimentTag, Op } from '../../store/ops';
import { RECORD } from '../state/agent-records';

/** Where a variant's counters are kept. */
export function countersKey(experimentId: string, variant: string): string {
  return `experiments/${experimentId}/${variant}`;
}

/** The experiment of a {@link countersKey}. */
export function experimentOf(key: string): string {
  return key.split('/')[1] ?? '';
}

/** Names of the counters of one variant, beside those of stages (latency/bucket-counters.ts). */
export const COUNTER = {
  sessions: 'sessions',
  turns: 'turns',
  interruptions: 'interruptions',
  handoffs: 'handoffs',
} as const;

/**
 * The counters that a batch adds one to, of the variant that is in effect after it.
 * @param stageName what a stage is counted as
 */
export function countersOf(
  { batch, opened }: Pick<AppliedBatch, 'batch' | 'opened'>,
  tag: ExperimentTag,
  stageName: (stage: string) => string,
): string[] {
  // Whoever opens a session or brings another's agents into it says who is in charge: nobody hands over.
  const canHandOver = !opened && !batch.ops.some(({ op }) => op === 'changeAgents');
  return batch.ops.flatMap((op) => {
    switch (op.op) {
      case 'append':
        return op.role === 'user' ? [COUNTER.turns] : [];
      case 'setInterrupted':
        return op.value ? [COUNTER.interruptions] : [];
      case 'setActiveAgent':
        return canHandOver ? [COUNTER.handoffs] : [];
      case 'recordLatency':
        return [bucketCounter(stageName(op.stage), op.seconds)];
      case 'changeAgents':
        return joins(op, tag) ? [COUNTER.sessions] : [];
      default:
        return [];
    }
  });
}

/** Whether the change puts a session into a variant in which it was not before. */
function joins({ records, entry }: Op & { op: 'changeAgents' }, tag: ExperimentTag): boolean {
  if (!isJsonObject(records[RECORD.experiment])) return false;
  const before = isJsonObject(entry['before']) ? entry['before'][RECORD.experiment] : undefined;
  return !isJsonObject(before) || before['experimentId'] !== tag.id || before['variant'] !== tag.variant;
}
