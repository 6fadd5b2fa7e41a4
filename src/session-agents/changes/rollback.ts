import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '../../common/json';
import { ParleyError } from '../../common/parley-error';
import type { AgentRecord } from '../../store/agent-state';
import { scopeOf, type Scope } from '../state/agent-records';
import type { Revision } from './audit-entry';

/** The kept part of a trail. */
export interface KeptTrail {
  readonly dropped: number;
  readonly revisions: readonly Revision[];
}

/** Whether an entry touches something. */
export function touches({ before }: Revision, scope: Scope | 'all'): boolean {
  return scope === 'all' || Object.keys(before).some((name) => scopeOf(name) === scope);
}

/**
 * The values that records are to have so that all is as it was after a revision of the session: today's, with every
 * later entry that touches it taken back. What such an entry did beside it (a removed agent takes the handoffs to it
 * along) is taken back as well, unless somebody has changed that since.
 * @param current the session's revision now
 * @throws ParleyError `revision_not_found` for a revision that is yet to come or no longer kept
 */
export function recordsAfter(
  revision: number,
  scope: Scope | 'all',
  trail: KeptTrail,
  records: ReadonlyMap<string, AgentRecord>,
  current: number,
): Map<string, JsonValue> {
  const oldest = trail.dropped === 0 ? 1 : (trail.revisions[0]?.revision ?? Infinity);
  if (revision < oldest || revision > current) throw notFound(trail, scope);
  const values = new Map<string, JsonValue>();
  for (const [name, { value }] of records) if (isWithin(name, scope)) values.set(name, value);
  for (const entry of trail.revisions.toReversed()) {
    if (entry.revision <= revision) break;
    if (touches(entry, scope)) takeBack(entry, scope, records, values);
  }
  return values;
}

function takeBack(
  { before, after }: Revision,
  scope: Scope | 'all',
  records: ReadonlyMap<string, AgentRecord>,
  values: Map<string, JsonValue>,
): void {
  for (const [name, value] of Object.entries(before)) {
    const now = values.get(name) ?? records.get(name)?.value ?? null;
    if (isWithin(name, scope) || isDeepStrictEqual(now, after[name])) values.set(name, value);
  }
}

function isWithin(name: string, scope: Scope | 'all'): boolean {
  const own = scopeOf(name);
  return own !== undefined && (scope === 'all' || own === scope);
}

function notFound({ revisions }: KeptTrail, scope: Scope | 'all'): ParleyError {
  const known = revisions.filter((entry) => touches(entry, scope)).map((entry) => entry.revision);
  const which = known.length > 0 ? `Kept are: ${known.join(', ')}.` : 'Nothing has been changed.';
  return new ParleyError('revision_not_found', `There is no such revision to go back to. ${which}`);
}
