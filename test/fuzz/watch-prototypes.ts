/** Preloaded into the process that is fuzzed: at SIGUSR2 it says what has been added to the prototypes that all values share. */
const SHARED = { Object, Array, Function, String, Number, Boolean, Promise, Map, Set, Error, Buffer };

const namesOf = () =>
  Object.entries(SHARED).flatMap(([type, { prototype }]) =>
    Reflect.ownKeys(prototype as object).map((key) => `${type}.${String(key)}`),
  );
let known: ReadonlySet<string> | undefined;

process.on('SIGUSR2', () => {
  const names = namesOf();
  const added = known === undefined ? [] : names.filter((name) => !known?.has(name));
  if (added.length > 0) process.stderr.write(`a prototype was changed: ${JSON.stringify(added)}\n`);
  // What libraries add as they start is theirs.
  known ??= new Set(names);
});
