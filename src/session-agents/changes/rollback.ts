import type { JsonValue } from '../../common/json';
import { ParleyError } from '../../common/parley-error';
import type { AgentRecord } from '../../store/agent-state';
import { scopeOf, type Scope } from '../state/agent-records';
import type { Revision } from './audit-entry';

/** Whether an entry touches something. */
export function touches({ before }: Revision, scope: Scope | 'all'): boolean {
  return scope === 'all' || Object.keys(before).some((name) => scopeOf(name) === scope);
}

/**
 * The values that records had after a revision: today's, with every later entry taken back.
 * @param trail the kept entries, oldest first
 * @throws ParleyError `revision_not_found` where no kept entry of that revision touches it
 */
export function recordsAfter(
  revision: number,
  scope: Scope | 'all',
  trail: readonly Revision[],
  records: ReadonlyMap<string, AgentRecord>,
): Map<string, JsonValue> {
  if (!trail.some((entry) => entry.revision === revision && touches(entry, scope))) throw notFound(trail, scope);
  const values = new Map<string, JsonValue>();
  for (const [name, { value }] of records) if (isWithin(name, scope)) values.set(name, value);
  for (const entry of trail.toReversed()) {
    if (entry.revision <= revision) break;
    for (const [name, value] of Object.entries(entry.before)) if (isWithin(name, scope)) values.set(name, value);
  }
  return values;
}

function isWithin(name: string, scope: Scope | 'all'): boolean {
  const own = scopeOf(name);
  return own !== undefined && (scope === 'all' || own === scope);
}

function notFound(trail: readonly Revision[], scope: Scope | 'all'): ParleyError {
  const known = trail.filter((entry) => touches(entry, scope)).map((entry) => entry.revision);
  const which = known.length > 0 ? `Kept are: ${known.join(', ')}.` : 'Nothing has been changed.';
  return new ParleyError('revision_not_found', `There is no such revision to go back to. ${which}`);
}
