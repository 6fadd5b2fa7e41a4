import { NO_EPOCH, receiptOf } from '../receipt';
import { type Change, KEPT_CHANGES, MAX_KEPT_CHANGE_BYTES, type Receipt, type RecentChanges } from '../session-store';
import { decodeOps } from './batch-codec';
import type { StoredHeader } from './fields';

const SEPARATOR = '\u001f';
/** `revision first-seq messages at epoch batch-id`, as apply-batch.lua writes it. */
const HEAD = /^(\d+) (\d+) (\d+) (\d+(?:\.\d+)?) (\d+|-) (\S+)$/;

/** A change as it is published and kept: its head U+001F its operations as text; undefined where it is too long to keep. */
export function encodeKeptChange(
  batchId: string,
  receipt: Receipt,
  firstSeq: number,
  text: string,
): string | undefined {
  const { revision, messages, at, epoch = NO_EPOCH } = receipt;
  const change = [revision, firstSeq, messages.length, at, epoch, batchId].join(' ') + SEPARATOR + text;
  return Buffer.byteLength(change) <= MAX_KEPT_CHANGE_BYTES ? change : undefined;
}

/** @throws Error for what is no change */
export function decodeChange(text: string): Change {
  const headEnd = text.indexOf(SEPARATOR);
  const head = HEAD.exec(text.slice(0, headEnd));
  if (!head) throw new Error('a change of another form');
  const [revision, firstSeq, count, at] = head.slice(1, 5).map(Number) as [number, number, number, number];
  const [epoch, batchId] = head.slice(5) as [string, string];
  const receipt = receiptOf(revision, firstSeq, count, at, epoch);
  return { kind: 'change', ...receipt, batchId, ops: decodeOps(text.slice(headEnd + 1)) };
}

/**
 * The revisions from one on to where the session stands, if the ring can have them. Of revision 0 nothing can be said: an
 * older service's session changes without a sign.
 */
export function keptRevisions(after: number, revision: number): number[] | undefined {
  if (after < 1 || after > revision || revision - after > KEPT_CHANGES) return undefined;
  return Array.from({ length: revision - after }, (_, index) => after + 1 + index);
}

/** What is stored of these revisions; undefined where the ring has other ones, or one that cannot be read. */
export function recentChanges(
  { ttlSeconds, updatedAt }: Pick<StoredHeader, 'ttlSeconds' | 'updatedAt'>,
  revisions: readonly number[],
  texts: readonly (string | null | undefined)[],
): RecentChanges | undefined {
  const changes: Change[] = [];
  for (const [index, revision] of revisions.entries()) {
    const change = readable(texts[index]);
    if (change?.revision !== revision) return undefined;
    changes.push(change);
  }
  return { changes, ttlSeconds, expiresAt: updatedAt + ttlSeconds };
}

/** What is kept stands in the session as well: damage is no reason to refuse anybody, who can read that. */
function readable(text: string | null | undefined): Change | undefined {
  try {
    return text == null ? undefined : decodeChange(text);
  } catch {
    return undefined;
  }
}
