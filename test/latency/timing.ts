import { type IgnoredReason, StageTimer } from '../../src/latency';
import { ManualClock } from '../support/manual-clock';

export type Sample = readonly [stage: string, seconds: number, run?: string];

/** A timer, with what it has recorded and left out so far; its memory can refuse all samples. */
export function timing(refusal?: Error) {
  const clock = new ManualClock(0);
  const samples: Sample[] = [];
  const ignored: IgnoredReason[] = [];
  const sink = {
    recordLatency: (stage: string, seconds: number, { run }: { run?: string } = {}) => {
      if (refusal) throw refusal;
      samples.push(run === undefined ? [stage, seconds] : [stage, seconds, run]);
    },
  };
  const timer = new StageTimer(sink, clock, { ignore: (reason) => ignored.push(reason) });
  return { clock, samples, ignored, timer };
}
