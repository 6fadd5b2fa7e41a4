import type { Threads } from './follower';

/** What one writer was told, and what is stored of it. */
export interface Compared {
  /** Numbers from 1 up to this one were acknowledged. */
  readonly acknowledged: number;
  /** Contents of the writer's thread, in the store's order. */
  readonly stored: readonly string[];
  /** The number in the same batch as each message, as a slot. */
  readonly slot: unknown;
}

export interface Faults {
  /** Acknowledged, and not there. */
  lost: number;
  /** There more than once. */
  doubled: number;
  /** Behind one with a higher number. */
  unordered: number;
  /** A batch of which a part is there. */
  torn: number;
}

/** What is wrong with what a writer has written. What was never acknowledged may be there or not, but not twice. */
export function faultsOf({ acknowledged, stored, slot }: Compared): Faults {
  const numbers = stored.map(Number);
  const seen = new Set(numbers);
  let lost = 0;
  for (let number = 1; number <= acknowledged; number += 1) if (!seen.has(number)) lost += 1;
  const doubled = numbers.length - seen.size;
  const unordered = numbers.filter((number, index) => index > 0 && number < (numbers[index - 1] ?? 0)).length;
  const torn = (slot ?? 0) === Math.max(0, ...numbers) ? 0 : 1;
  return { lost, doubled, unordered, torn };
}

/** Whether two views of a session are the same, thread by thread. */
export function isSame(one: Threads, other: Threads): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(threads: Threads): [string, string[]][] {
  return [...threads].sort(([one], [other]) => (one < other ? -1 : 1));
}
