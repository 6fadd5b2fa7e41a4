import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type AgentChange, type AgentState, NO_DIGEST } from '../../store/agent-state';
import type { AuditEntry } from './audit-entry';

/** Whether an audit trail is as it was written, and if not, the number of the first entry at fault. */
export interface ChainCheck {
  readonly whole: boolean;
  readonly firstBroken: number | null;
}

/**
 * SHA-256 of an entry in its place, in hex. The entry holds revision and digest of the one before it, so that each
 * stands for all that come before. An entry's own revision is given by the store: the one after it vouches for that.
 */
export function digestOf(number: number, entry: AuditEntry): string {
  return createHash('sha256')
    .update(JSON.stringify([number, entry]))
    .digest('hex');
}

/**
 * Checks the kept part of a trail: every entry against its digest, its link and its place, the last one against the
 * session, and the session's records against what the trail says of them.
 */
export function checkChain(changes: readonly AgentChange[], state: AgentState): ChainCheck {
  const broken = changes.find((change, index) => !isWhole(change, changes[index - 1]));
  if (broken) return { whole: false, firstBroken: broken.number };
  const last = changes.at(-1);
  if (!last) return { whole: state.changes === 0, firstBroken: state.changes === 0 ? null : state.changes };
  const { changes: number, revision, digest } = state;
  const isEnd = last.number === number && last.revision === revision && last.digest === digest;
  return isEnd ? checkRecords(changes, state) : { whole: false, firstBroken: last.number };
}

function isWhole({ number, revision, digest, entry }: AgentChange, before: AgentChange | undefined): boolean {
  const { previous } = entry as AuditEntry;
  if (digestOf(number, entry as AuditEntry) !== digest || !(revision > previous.revision)) return false;
  if (!before) return number > 1 || isDeepStrictEqual(previous, { revision: 0, digest: NO_DIGEST });
  const link = { revision: before.revision, digest: before.digest };
  return number === before.number + 1 && isDeepStrictEqual(previous, link);
}

function checkRecords(changes: readonly AgentChange[], { records }: AgentState): ChainCheck {
  const said = new Map<string, number>();
  changes.forEach(({ entry }, index) => {
    for (const name of Object.keys((entry as AuditEntry).after)) said.set(name, index);
  });
  for (const [name, index] of said) {
    const { number, entry } = changes[index] as AgentChange;
    const value = records.get(name)?.value ?? null;
    if (!isDeepStrictEqual(value, (entry as AuditEntry).after[name])) return { whole: false, firstBroken: number };
  }
  return { whole: true, firstBroken: null };
}
