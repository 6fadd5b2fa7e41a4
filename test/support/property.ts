import fc from 'fast-check';

type Property<T> = fc.IAsyncProperty<T> | fc.IProperty<T>;

/** The run's seed: another one each time, unless FC_SEED names the one to repeat. */
function seedOfRun(): number {
  const given = process.env['FC_SEED'];
  if (given === undefined || given === '') return Math.floor(Math.random() * 0x7fffffff);
  const seed = Number(given);
  if (!Number.isInteger(seed)) throw new Error(`FC_SEED is "${given}"; it must be a whole number.`);
  return seed;
}

/** Checks a property, and says with which seed before it begins: one that hangs can be repeated as one that fails. */
export async function runProperty<T>(name: string, property: Property<T>, options: { numRuns: number }): Promise<void> {
  const seed = seedOfRun();
  process.stdout.write(`property: ${name}: seed ${seed}, ${options.numRuns} runs\n`);
  await fc.assert(property, { ...options, seed });
}
