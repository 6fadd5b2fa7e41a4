import { turnCost } from './costs';
import type { Figures } from './figures';
import { highestRate } from './search';
import { type SimulatedStep, Simulation } from './simulation';
import { GOAL_P99_MS, LEAST_RATE, RATIO, type Throughput } from './throughput';
import type { Way } from './wire';

export interface Prediction {
  readonly way: Way;
  readonly processes: number;
  /** The highest rate; of what was measured it is absent where none held. */
  readonly measured: number | undefined;
  readonly predicted: number;
  /** Times at the rate that was measured as the highest. */
  readonly at: SimulatedStep | undefined;
}

const SECONDS = 5;

/** What the simulation says of every measured number of processes, from the times of a turn in one process alone. */
export async function predict(figures: Figures): Promise<readonly Prediction[]> {
  const predictions: Prediction[] = [];
  for (const one of figures.throughputs) predictions.push(await predictOne(figures, one));
  return predictions;
}

async function predictOne(figures: Figures, { way, processes, best }: Throughput): Promise<Prediction> {
  const cost = turnCost(figures, way);
  const run = (perSecond: number) =>
    new Simulation(cost, processes, figures.machine.cores, `${figures.seed}:${perSecond}`).run(perSecond, SECONDS);
  const holds = async (perSecond: number) => {
    const { p99Ms, isOverloaded } = run(perSecond);
    return p99Ms < GOAL_P99_MS && !isOverloaded;
  };
  const measured = best?.perSecond;
  const predicted = await highestRate(holds, { first: 1000, least: LEAST_RATE, ratio: RATIO });
  return { way, processes, measured, predicted, at: measured === undefined ? undefined : run(measured) };
}
