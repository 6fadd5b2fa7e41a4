/**
 * More batches of one socket than this are not under way in one session (see MAX_UNDER_WAY in live-connection.ts); of one
 * whose outcome was never known the id stays until it is pushed out.
 */
const MAX_REMEMBERED = 1024;

/** Batches of one socket in one session whose changes have not come over the feed yet: it is not told of its own. */
export class OwnBatches {
  /** Revision by id; undefined as long as it is not known. */
  private readonly batches = new Map<string, number | undefined>();
  /** What the socket has been told of. */
  private told = -1;

  sent(batchId: string): void {
    this.batches.set(batchId, undefined);
    if (this.batches.size <= MAX_REMEMBERED) return;
    const [oldest] = this.batches.keys();
    if (oldest !== undefined) this.batches.delete(oldest);
  }

  /** The store has answered; `repeated`: its change came long ago, if it came at all. */
  stored(batchId: string, revision: number, repeated: boolean): void {
    if (!this.batches.has(batchId)) return;
    if (repeated || revision <= this.told) this.batches.delete(batchId);
    else this.batches.set(batchId, revision);
  }

  /** Nothing was written. */
  refused(batchId: string): void {
    this.batches.delete(batchId);
  }

  /** A change has come: whether it is an own one. */
  takes(batchId: string, revision: number): boolean {
    this.told = revision;
    return this.batches.delete(batchId);
  }

  /** Everything up to the revision is known to the socket. */
  reached(revision: number): void {
    this.told = revision;
    for (const [batchId, stored] of this.batches) {
      if (stored !== undefined && stored <= revision) this.batches.delete(batchId);
    }
  }
}
