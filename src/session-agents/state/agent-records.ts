import { type OverridableField, OVERRIDABLE_FIELDS } from '../agent';

/**
 * Names of the records in which a session's agents are stored. Each override is a record of its own, so that a change
 * writes what it changes and nothing else. A name from outside stands last, so that none can imitate another record.
 */
export const RECORD = {
  /** An override; `key` is the agent's name as {@link agentKey} makes it. */
  override: (field: OverridableField, key: string) => `${field}:${key}`,
  /** The definition of a custom agent. */
  custom: (key: string) => `agent:${key}`,
  /** The name of the agent that a tool hands over to. */
  handoff: (tool: string) => `handoff:${tool}`,
  /** The experiment, its variant, and what the variant overrides. */
  experiment: 'experiment',
  /** How often something was changed; the record's revision is that of its last change. */
  changed: (scope: Scope) => `changed:${scope}`,
} as const;

/** What a change is about, and what a concurrent change of the same makes a conflict. */
export type Scope = `agent:${string}` | 'handoffs' | 'experiment';

export type RecordName =
  | { readonly kind: 'override'; readonly field: OverridableField; readonly key: string }
  | { readonly kind: 'custom'; readonly key: string }
  | { readonly kind: 'handoff'; readonly tool: string }
  | { readonly kind: 'experiment' }
  | { readonly kind: 'changed'; readonly scope: Scope };

/** Undefined for the name of a record that this release does not know. */
export function parseRecordName(name: string): RecordName | undefined {
  if (name === RECORD.experiment) return { kind: 'experiment' };
  const colon = name.indexOf(':');
  const [kind, rest] = [name.slice(0, colon), name.slice(colon + 1)];
  if (isOverridable(kind)) return { kind: 'override', field: kind, key: rest };
  if (kind === 'agent') return { kind: 'custom', key: rest };
  if (kind === 'handoff') return { kind: 'handoff', tool: rest };
  if (kind === 'changed') return { kind: 'changed', scope: rest as Scope };
  return undefined;
}

function isOverridable(kind: string): kind is OverridableField {
  return (OVERRIDABLE_FIELDS as readonly string[]).includes(kind);
}

/** What a record is about; undefined for the markers themselves. */
export function scopeOf(name: string): Scope | undefined {
  const record = parseRecordName(name);
  switch (record?.kind) {
    case 'override':
    case 'custom':
      return `agent:${record.key}`;
    case 'handoff':
      return 'handoffs';
    case 'experiment':
      return 'experiment';
    default:
      return undefined;
  }
}
