import type { EncodedChange } from './encoded-change';

/** A client that was away for a moment is brought up to date by so many changes at most; beyond that by the state. */
export const MAX_LOGGED_CHANGES = 256;
/** Characters, which are bytes where the text is ASCII: about what the log of one session may take. */
export const MAX_LOGGED_SIZE = 1024 * 1024;

/** The last changes of a session, without a gap. */
export class ChangeLog {
  private readonly changes: EncodedChange[] = [];
  private size = 0;

  /** `head`: the revision before the first change that will be added. */
  constructor(private head: number) {}

  add(change: EncodedChange): void {
    this.head = change.revision;
    this.changes.push(change);
    this.size += change.size;
    while (this.changes.length > MAX_LOGGED_CHANGES || this.size > MAX_LOGGED_SIZE) {
      this.size -= this.changes.shift()?.size ?? this.size;
    }
  }

  /** What came after a revision; undefined where not all of it is kept, or the revision is yet to come. */
  since(revision: number): readonly EncodedChange[] | undefined {
    if (revision === this.head) return [];
    const first = this.changes[0];
    if (revision > this.head || !first || revision < first.revision - 1) return undefined;
    return this.changes.slice(revision + 1 - first.revision);
  }

  /** Whether another batch than this one is known to have made the revision. */
  contradicts(revision: number, batchId: string): boolean {
    const [known] = this.since(revision - 1) ?? [];
    return known !== undefined && known.batchId !== batchId;
  }
}
