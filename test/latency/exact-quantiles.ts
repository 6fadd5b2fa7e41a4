/** Taken once: a test's global objects are slow to reach, and here they are reached millions of times. */
const { imul, log, sqrt, exp, cos, PI } = Math;

/** Random numbers from a seed (mulberry32), so that a distribution that fails can be had again. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Distributions of durations with heavy tails: what latencies look like, and worse. */
export const HEAVY_TAILS: Readonly<Record<string, (random: () => number) => number>> = {
  'Pareto with index 1.1': (random) => 0.05 * (1 - random()) ** (-1 / 1.1),
  'Pareto with index 3': (random) => 0.2 * (1 - random()) ** (-1 / 3),
  'lognormal with spread 0.6': (random) => 0.4 * exp(0.6 * normal(random)),
  'lognormal with spread 2.5': (random) => 0.4 * exp(2.5 * normal(random)),
};

export function samplesOf(name: string, count: number, seed: number): Float64Array {
  const draw = HEAVY_TAILS[name];
  if (!draw) throw new Error(`There is no distribution ${name}.`);
  const random = randomOf(seed);
  return Float64Array.from({ length: count }, () => draw(random));
}

/** The value with rank `share * (count - 1)`, rounded down. */
export function exactQuantile(sorted: Float64Array, share: number): number {
  return sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
}

function normal(random: () => number): number {
  return sqrt(-2 * log(1 - random())) * cos(2 * PI * random());
}
