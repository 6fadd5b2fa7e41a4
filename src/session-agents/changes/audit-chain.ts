import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type AgentChange, type AgentState, type AgentTrail, NO_DIGEST } from '../../store/agent-state';
import { lastChange } from '../state/session-agents';
import { scopeOf } from '../state/agent-records';
import { type AuditEntry, isAuditEntry } from './audit-entry';

/**
 * Whether an audit trail is as it was written, and where it is not: `entry` with its number (changed, out of place, or
 * missing before it), `end` (the session knows another last entry), `records` (what is in effect is not what the trail
 * says).
 */
export interface ChainCheck {
  readonly whole: boolean;
  readonly fault: 'entry' | 'end' | 'records' | null;
  readonly firstBroken: number | null;
}

const WHOLE: ChainCheck = { whole: true, fault: null, firstBroken: null };

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
 * session, and the session's records against what the trail says of them. What only dropped entries tell of cannot be
 * checked.
 */
export function checkChain({ first, changes }: AgentTrail, state: AgentState): ChainCheck {
  const broken = changes.find((change, index) => !isWhole(change, changes[index - 1], first + index));
  if (broken) return { whole: false, fault: 'entry', firstBroken: broken.number };
  if (!isEnd(changes.at(-1), state)) return { whole: false, fault: 'end', firstBroken: changes.at(-1)?.number ?? null };
  return areRecordsTold(changes, state, first === 1) ? WHOLE : { whole: false, fault: 'records', firstBroken: null };
}

function isWhole(
  { number, revision, digest, entry }: AgentChange,
  before: AgentChange | undefined,
  place: number,
): boolean {
  if (number !== place || !isAuditEntry(entry) || digestOf(number, entry) !== digest) return false;
  const { previous } = entry;
  if (revision <= previous.revision) return false;
  if (number === 1) return isDeepStrictEqual(previous, { revision: 0, digest: NO_DIGEST });
  return !before || isDeepStrictEqual(previous, { revision: before.revision, digest: before.digest });
}

function isEnd(last: AgentChange | undefined, { changes, revision, digest }: AgentState): boolean {
  if (!last) return changes === 0;
  return last.number === changes && last.revision === revision && last.digest === digest;
}

/** The last word of the trail on each record, and nothing beside it where the trail is complete. */
function areRecordsTold(changes: readonly AgentChange[], { records }: AgentState, isComplete: boolean): boolean {
  const told = new Map<string, { readonly value: unknown; readonly revision: number }>();
  for (const { revision, entry } of changes) {
    for (const [name, value] of Object.entries((entry as AuditEntry).after)) told.set(name, { value, revision });
  }
  for (const [name, { value, revision }] of told) {
    const record = records.get(name);
    if (!isDeepStrictEqual(record?.value ?? null, value)) return false;
    if (record && record.revision !== revision) return false;
    const scope = scopeOf(name);
    if (scope && lastChange(records, scope).revision < revision) return false;
  }
  // Markers of changes are not told of: scopeOf knows none of them.
  return !isComplete || [...records.keys()].every((name) => told.has(name) || scopeOf(name) === undefined);
}
