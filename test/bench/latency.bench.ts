import { DDSketch } from '@datadog/sketches-js';
import { systemClock } from '../../src/common/clock';
import { EphemeralMemoManager } from '../../src/memo';
import { BoundedNames, type LatencySink, STAGE_NAMES, StageTimer, summarizeStage } from '../../src/latency';
import { ServiceLatency } from '../../src/latency/service-latency';
import type { StageStats } from '../../src/store/session-state';
import { countSample } from '../../src/store/stage-stats';
import { exactQuantile, HEAVY_TAILS, samplesOf } from '../latency/exact-quantiles';
import { median, report, rounds } from './measure';

const SAMPLES = 1_000_000;
const ROUNDS = 7;
const SHARES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const;

/** What one sample costs, and how far the percentiles are from the exact ones. */
export async function latency(): Promise<void> {
  await measureCost();
  for (const name of Object.keys(HEAVY_TAILS)) measureError(name);
}

async function measureCost(): Promise<void> {
  const durations = samplesOf('lognormal with spread 0.6', 4096, 7);
  const at = (index: number) => durations[index % durations.length] ?? 0;
  const [counted, started, service] = [new Counting(), new Counting(), new ServiceLatency(systemClock)];
  const sketch = new DDSketch({ relativeAccuracy: 0.01 });
  const names = new BoundedNames(64, STAGE_NAMES);
  const [recording, running] = [timerOf(counted), timerOf(started)];
  const memo = new EphemeralMemoManager('bench', systemClock);
  const intoMemo = timerOf(memo);
  const micros = await rounds(ROUNDS, {
    record: perCall(SAMPLES, (index) => recording.record('llm_ttft', at(index))),
    startStop: perCall(SAMPLES, () => {
      running.start('llm_ttft');
      running.stop('llm_ttft');
    }),
    clock: perCall(SAMPLES, () => {
      systemClock.monotonicMs();
      systemClock.monotonicMs();
    }),
    service: perCall(SAMPLES, (index) => {
      service.count({ stage: names.nameOf('llm_ttft'), seconds: at(index), at: 0, isOverBudget: false });
    }),
    memo: perCall(SAMPLES / 20, (index) => intoMemo.record('llm_ttft', at(index))),
    sketch: perCall(SAMPLES, (index) => sketch.accept(at(index))),
  });
  const cost = (figure: string, of: readonly number[], more: object = {}) =>
    report('latency', figure, median(of), 'us', more);
  cost('recording one sample: checked and counted', micros.record, { atMost: 1 });
  cost('timing one stage: started, stopped, checked and counted', micros.startStop, { atMost: 1 });
  cost('reading the clock twice, for comparison', micros.clock);
  cost('counting one sample of the service', micros.service, { atMost: 1 });
  cost('one sample in DDSketch, for comparison', micros.sketch);
  cost('recording one sample as an operation of a memo', micros.memo);
}

/** Counts samples as sessions do. */
class Counting implements LatencySink {
  private readonly latency = new Map<string, StageStats>();

  recordLatency(stage: string, seconds: number): void {
    countSample(this.latency, stage, { seconds, at: 0 });
  }
}

function timerOf(sink: LatencySink): StageTimer {
  return new StageTimer(sink, systemClock, { ignore: () => undefined });
}

/** Microseconds of one call. */
function perCall(calls: number, call: (index: number) => void): () => Promise<number> {
  return async () => {
    const startedMs = performance.now();
    for (let index = 0; index < calls; index += 1) call(index);
    return ((performance.now() - startedMs) * 1000) / calls;
  };
}

function measureError(name: string): void {
  const samples = samplesOf(name, SAMPLES, 42);
  const stages = new Map<string, StageStats>();
  for (const seconds of samples) countSample(stages, 'llm', { seconds, at: 0 });
  const summary = summarizeStage(stages.get('llm') as StageStats);
  const sorted = samples.sort();
  const errors = Object.entries(SHARES).map(([figure, share]) =>
    Math.abs(summary[figure as keyof typeof SHARES] / exactQuantile(sorted, share) - 1),
  );
  report('latency', `largest error of a percentile, ${name}`, Math.max(...errors) * 100, '%', { atMost: 1 });
}
