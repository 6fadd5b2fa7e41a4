export interface Sample {
  readonly seconds: number;
  readonly value: number;
}

/** A straight line through samples. */
export interface Slope {
  /** Of the line in the middle of the time. */
  readonly level: number;
  readonly perHour: number;
  /** The 95 % interval of `perHour`, wider where neighbouring samples go together. */
  readonly from: number;
  readonly to: number;
}

/**
 * Least squares. Neighbouring samples of a process are alike, which makes a line seem surer than it is: the interval counts
 * as many samples as would be independent (their lag-one autocorrelation).
 */
export function slopeOf(samples: readonly Sample[]): Slope {
  const count = samples.length;
  const meanTime = mean(samples.map(({ seconds }) => seconds));
  const level = mean(samples.map(({ value }) => value));
  const spread = sum(samples.map(({ seconds }) => (seconds - meanTime) ** 2));
  const perSecond = sum(samples.map(({ seconds, value }) => (seconds - meanTime) * (value - level))) / spread;
  const rest = samples.map(({ seconds, value }) => value - level - perSecond * (seconds - meanTime));
  const independent = Math.max(3, (count * (1 - likeness(rest))) / (1 + likeness(rest)));
  const error = Math.sqrt((sum(rest.map((one) => one ** 2)) / count / spread) * (count / (independent - 2)));
  const perHour = perSecond * 3600;
  const width = 2 * error * 3600;
  return { level, perHour, from: perHour - width, to: perHour + width };
}

/** Whether it grows beyond what chance makes of it, and by so much that it matters: a share of its level an hour. */
export function grows({ level, perHour, from }: Slope, share = 0.01): boolean {
  return from > 0 && perHour > level * share;
}

/** Lag-one autocorrelation, from 0. */
function likeness(values: readonly number[]): number {
  const products = values.slice(1).map((value, index) => value * (values[index] ?? 0));
  const all = sum(values.map((value) => value ** 2));
  return all === 0 ? 0 : Math.min(0.95, Math.max(0, sum(products) / all));
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
