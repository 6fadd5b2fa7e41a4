/** What all further names are counted as. */
export const OTHER_NAMES = 'other';
/** A counter's name holds more than the one from outside. */
const MAX_CHARACTERS = 200;

/** Names that are told apart, up to a bound: they come from clients, who must not make counters or labels at will. */
export class BoundedNames {
  private readonly known: ReadonlySet<string>;
  private readonly others = new Set<string>();

  /** @param known names that always stand for themselves and do not count against the limit */
  constructor(
    private readonly limit: number,
    known: Iterable<string> = [],
  ) {
    this.known = new Set(known);
  }

  /** What a name is counted as. */
  nameOf(name: string): string {
    if (this.known.has(name) || this.others.has(name)) return name;
    if (this.others.size >= this.limit || name.length > MAX_CHARACTERS) return OTHER_NAMES;
    this.others.add(name);
    return name;
  }
}
