export interface SearchOptions {
  /** Where it begins. */
  readonly first: number;
  /** Below it nothing is looked for. */
  readonly least: number;
  /** It ends once the highest that holds and the lowest that does not are so close. */
  readonly ratio: number;
}

/** Longest way up or down before something is wrong with what is measured. */
const MAX_STEPS = 24;

/**
 * The highest rate that holds: doubled, or halved, until one holds and another does not, then the middle again and again.
 * A rate that does not hold is tried once more, because a machine that others use does not hold it by chance.
 * @returns 0 where none holds
 */
export async function highestRate(
  holdsOnce: (rate: number) => Promise<boolean>,
  { first, least, ratio }: SearchOptions,
): Promise<number> {
  const holds = async (rate: number) => (await holdsOnce(rate)) || (await holdsOnce(rate));
  let [low, high] = [0, Infinity];
  let rate = first;
  for (let step = 0; step < MAX_STEPS && rate >= least && high / low > ratio; step += 1) {
    if (await holds(rate)) low = rate;
    else high = rate;
    rate = Math.round(nextRate(low, high));
  }
  return low;
}

function nextRate(low: number, high: number): number {
  if (low === 0) return high / 2;
  return high === Infinity ? low * 2 : Math.sqrt(low * high);
}
