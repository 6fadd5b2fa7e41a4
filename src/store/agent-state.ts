import type { JsonValue } from '../common/json';
import type { ChangeAgentsOp, ExperimentTag } from './ops';

/** One part of what a session has of agents of its own, such as one override. The store does not know what it means. */
export interface AgentRecord {
  readonly value: JsonValue;
  /** The session's revision that set it; 0 for what an older service set. */
  readonly revision: number;
}

/** A session's agents. Never changed, only replaced: whoever works something out of it may keep that by identity. */
export interface AgentState {
  /** Changes made so far: the number of the last entry of the audit trail. */
  readonly changes: number;
  /** The session's revision at the last change; 0 before the first. */
  readonly revision: number;
  /** Digest of the last entry, which the next one is linked to. */
  readonly digest: string;
  readonly experiment: ExperimentTag | null;
  readonly records: ReadonlyMap<string, AgentRecord>;
}

/** An entry of the audit trail as it is stored. */
export interface AgentChange {
  /** 1 for the session's first. */
  readonly number: number;
  /** The session's revision that it made. */
  readonly revision: number;
  readonly digest: string;
  readonly entry: JsonValue;
}

export type StoredExperiment = readonly [id: string, variant: string] | null;

/** The kept part of an audit trail. */
export interface AgentTrail {
  /** Number of the oldest entry that is kept: those before it have been pushed out. */
  readonly first: number;
  /** Oldest first; one that is missing among them was taken away by somebody. */
  readonly changes: readonly AgentChange[];
}

/** What a store keeps of a session's agents beside their records. */
export interface AgentHeader extends Omit<AgentState, 'records'> {
  readonly first: number;
  /** Of the kept entries, as they are stored. */
  readonly bytes: number;
}

/** Stands where there was no entry before. */
export const NO_DIGEST = '-';
/** The record under which `agent_registry` of an older service is kept, as it was. */
export const LEGACY_REGISTRY = 'legacy';

/** A session without agents of its own: the same object for all of them. */
export const NO_AGENTS: AgentState = Object.freeze({
  changes: 0,
  revision: 0,
  digest: NO_DIGEST,
  experiment: null,
  records: new Map<string, AgentRecord>(),
});

/** The header before the first change. */
export const NO_AGENT_HEADER: AgentHeader = Object.freeze({
  changes: 0,
  first: 1,
  bytes: 0,
  revision: 0,
  digest: NO_DIGEST,
  experiment: null,
});

/** The state after a change, which made `revision` of the session. */
export function changedAgents(state: AgentState, op: ChangeAgentsOp, revision: number): AgentState {
  const records = new Map(state.records);
  for (const [name, value] of Object.entries(op.records)) {
    if (value === null) records.delete(name);
    else records.set(name, { value, revision });
  }
  return { changes: state.changes + 1, revision, digest: op.digest, experiment: op.experiment, records };
}

/** The header of the agents as both stores keep it: `changes first bytes digest revision,experiment`. */
export function encodeAgentHeader({ changes, first, bytes, revision, digest, experiment }: AgentHeader): string {
  return `${changes} ${first} ${bytes} ${digest} ${revision},${encodeExperiment(experiment)}`;
}

/** As JSON: `["id","variant"]` or `null`. */
export function encodeExperiment(experiment: ExperimentTag | null): string {
  return experiment === null ? 'null' : JSON.stringify([experiment.id, experiment.variant]);
}

/** What {@link encodeExperiment} made, parsed. */
export function experimentOf(stored: StoredExperiment): ExperimentTag | null {
  return stored && { id: stored[0], variant: stored[1] };
}

/** @throws TypeError, SyntaxError for what is no such header */
export function decodeAgentHeader(text: string): AgentHeader {
  const [, changes, first, bytes, digest, revision, experiment] =
    /^(\d+) (\d+) (\d+) (\S+) (\d+),(.+)$/s.exec(text) ?? [];
  if (digest === undefined || experiment === undefined) throw new TypeError('no header of agents');
  return {
    changes: Number(changes),
    first: Number(first),
    bytes: Number(bytes),
    revision: Number(revision),
    digest,
    experiment: experimentOf(JSON.parse(experiment) as StoredExperiment),
  };
}
