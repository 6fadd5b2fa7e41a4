import type { Finding } from './difference';
import type { LatencyAnswer, StageAnswer } from './session-answers';

/** Of the percentiles, as the service promises it; a hair more for the rounding of doubles. */
const RELATIVE_ERROR = 0.01 * (1 + 1e-9);
/** Samples are whole microseconds: their sum is exact when it is nearer than half of one. */
const HALF_MICROSECOND = 0.5e-6;
const PERCENTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const;

/** `expected`: the samples of each stage, ascending. */
export function compareLatency(
  expected: ReadonlyMap<string, readonly number[]>,
  stages: LatencyAnswer['stages'],
): Finding[] {
  const known = [...expected].flatMap(([stage, samples]) => {
    const where = `latency of ${stage}`;
    const answer = Object.hasOwn(stages, stage) ? stages[stage] : undefined;
    return answer ? compareStage(where, samples, answer) : [{ where, kind: 'missing' } as const];
  });
  const unknown = Object.keys(stages).filter((stage) => !expected.has(stage));
  return [...known, ...unknown.map((stage) => ({ where: `latency of ${stage}`, kind: 'unknown' }) as const)];
}

function compareStage(where: string, samples: readonly number[], answer: StageAnswer): Finding[] {
  const count = samples.length;
  // Of other samples every figure is another: one finding says it.
  if (answer['count'] !== count) {
    return [{ where, kind: 'sample count', detail: `expected ${count}, found ${answer['count']}` }];
  }
  const total = samples.reduce((sum, seconds) => sum + seconds, 0);
  const figures: readonly [name: string, expected: number, tolerance: number][] = [
    ['min', samples[0] ?? 0, 0],
    ['max', samples.at(-1) ?? 0, 0],
    ['total', total, HALF_MICROSECOND],
    ['avg', total / count, HALF_MICROSECOND / count],
    ...Object.entries(PERCENTILES).map(([name, share]): [string, number, number] => {
      const exact = quantile(samples, share);
      return [name, exact, exact * RELATIVE_ERROR];
    }),
  ];
  return figures
    .filter(([name, exact, tolerance]) => !(Math.abs((answer[name] ?? NaN) - exact) <= tolerance))
    .map(([name, exact]) => ({ where, kind: 'figure', detail: `${name}: expected ${exact}, found ${answer[name]}` }));
}

/** The sample with rank `share * (count - 1)`, as the service counts. */
function quantile(ascending: readonly number[], share: number): number {
  return ascending[Math.floor(share * (ascending.length - 1))] ?? 0;
}
