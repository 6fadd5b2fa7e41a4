import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';
import { ParleyError } from '../../common/parley-error';
import type { AgentChange } from '../../store/agent-state';

export const CHANGE_SOURCES = ['api', 'admin', 'live', 'experiment', 'import'] as const;
/** Where a change came from. */
export type ChangeSource = (typeof CHANGE_SOURCES)[number];

export type ChangeAction =
  | 'override'
  | 'reset'
  | 'resetAll'
  | 'createAgent'
  | 'deleteAgent'
  | 'setHandoff'
  | 'deleteHandoff'
  | 'setExperiment'
  | 'clearExperiment'
  | 'rollback'
  | 'import';

/** Who makes a change, and why. */
export interface ChangeOrigin {
  /** Name of the key, or of the part of the service. */
  readonly actor: string;
  readonly source: ChangeSource;
  readonly note?: string | undefined;
  /** The revision that the change builds on: it is refused where what it is about has been changed after it. */
  readonly basedOn?: number | undefined;
}

/** An entry as it is stored. A type, not an interface, so that it is a JsonObject too. */
export type AuditEntry = {
  /** Seconds since the epoch. */
  readonly at: number;
  readonly actor: string;
  readonly source: ChangeSource;
  readonly action: ChangeAction;
  readonly note: string | null;
  /** Whom it is about; null where that is not one agent. */
  readonly agent: string | null;
  /** The revision that was gone back to. */
  readonly target: number | null;
  /** Values by the name of their record, of those that the change touches; null: there was none. */
  readonly before: JsonObject;
  readonly after: JsonObject;
  /** What it is linked to: the entry before it. */
  readonly previous: { readonly revision: number; readonly digest: string };
};

/** An entry with its place in the trail. */
export interface Revision extends AuditEntry {
  readonly number: number;
  readonly revision: number;
  readonly digest: string;
}

/** @throws ParleyError `session_corrupt` for what somebody has put in place of an entry */
export function revisionOf({ number, revision, digest, entry }: AgentChange): Revision {
  if (isAuditEntry(entry)) return { ...entry, number, revision, digest };
  throw new ParleyError('session_corrupt', `Entry ${number} of the audit trail cannot be read.`);
}

export function isAuditEntry(entry: JsonValue): entry is AuditEntry {
  if (!isJsonObject(entry)) return false;
  const { before, after, previous, actor, action } = entry;
  return (
    isJsonObject(before) &&
    isJsonObject(after) &&
    isJsonObject(previous) &&
    typeof previous['revision'] === 'number' &&
    typeof actor === 'string' &&
    typeof action === 'string'
  );
}
