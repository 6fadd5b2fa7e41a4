/** One figure of a bench, as one line of JSON. */
export function report(bench: string, figure: string, value: number, unit: string, more: object = {}): void {
  const rounded = Number(value.toPrecision(4));
  process.stdout.write(`${JSON.stringify({ bench, figure, value: rounded, unit, ...more })}\n`);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] as number) + (sorted[Math.floor(middle)] as number)) / 2;
}

/** @param share such as 0.99 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(share * (sorted.length - 1))] as number;
}

export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return (performance.now() - startedMs) / 1000;
}

/** Runs the contestants in turn, round after round, so that what disturbs the machine disturbs all of them. */
export async function rounds<K extends string>(
  count: number,
  contestants: Record<K, () => Promise<number>>,
): Promise<Record<K, number[]>> {
  const names = Object.keys(contestants) as K[];
  const results = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  for (let round = 0; round < count; round += 1) {
    for (const name of round % 2 === 0 ? names : [...names].reverse()) results[name].push(await contestants[name]());
  }
  return results;
}
