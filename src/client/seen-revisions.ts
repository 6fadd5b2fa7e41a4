/** Revisions kept beyond a missing one. A connection brings them nearly in order, so that many mean a service's fault. */
const MOST_AHEAD = 1000;

/**
 * Which revisions of a session are known here. A batch's receipt can come before the changes of others that lie in
 * front of it; `last` is where nothing is missing, and so where a new connection has to go on from.
 */
export class SeenRevisions {
  private current: number | undefined;
  private readonly ahead = new Set<number>();

  constructor(first?: number) {
    this.current = first;
  }

  get last(): number | undefined {
    return this.current;
  }

  /** False where it was known. */
  add(revision: number): boolean {
    if (this.current === undefined) return true;
    if (revision <= this.current || this.ahead.has(revision)) return false;
    this.ahead.add(revision);
    if (this.ahead.size > MOST_AHEAD) this.current = Math.min(...this.ahead) - 1;
    while (this.ahead.delete(this.current + 1)) this.current += 1;
    return true;
  }

  /** All of it is known up to here; also where that is less than before: the service's store is right. */
  reset(revision: number): void {
    this.current = revision;
    for (const known of this.ahead) if (known <= this.current) this.ahead.delete(known);
    while (this.ahead.delete(this.current + 1)) this.current += 1;
  }
}
