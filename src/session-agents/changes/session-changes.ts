import { Inject, Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { CLOCK, type Clock, nowSeconds } from '../../common/clock';
import { idSequence, requireSessionId } from '../../common/ids';
import type { JsonObject, JsonValue } from '../../common/json';
import { KeyedQueue } from '../../common/keyed-queue';
import { ParleyError } from '../../common/parley-error';
import { PARLEY_CONFIG, type ParleyConfig } from '../../config/parley-config';
import { type AgentRecord, type AgentState, changedAgents, LEGACY_REGISTRY } from '../../store/agent-state';
import type { ChangeAgentsOp, ExperimentTag, Op } from '../../store/ops';
import type { SessionState } from '../../store/session-state';
import { type Receipt, SESSION_STORE, type SessionStore } from '../../store/session-store';
import { isOvertaken } from '../overtaken';
import { RECORD, type Scope, scopeOf } from '../state/agent-records';
import { type Assignment, lastChange, recordsOf } from '../state/session-agents';
import { digestOf } from './audit-chain';
import { type AuditEntry, type ChangeAction, type ChangeOrigin, type Revision, revisionOf } from './audit-entry';

/** What a change does, worked out on the records as they stand. */
export interface ChangePlan {
  readonly action: ChangeAction;
  readonly agent?: string | undefined;
  /** The revision that is gone back to. */
  readonly target?: number | undefined;
  /** What it is about: an edit of the same since `basedOn` is a conflict. */
  readonly scope: Scope | 'all';
  /** Values by record; null removes one. */
  readonly records: ReadonlyMap<string, JsonValue>;
  /** Recorded even where nothing changes. */
  readonly always?: boolean;
  /** Changes of the conversation that belong to it. */
  readonly also?: readonly Op[];
}

/** Works a change out on the records as they stand; called again where somebody else has come first. */
export type Planner = (
  records: ReadonlyMap<string, AgentRecord>,
  state: SessionState,
) => ChangePlan | Promise<ChangePlan>;

export interface CommittedChange {
  /** The session's revision that it made; where nothing changed, that of the last change of the same. */
  readonly revision: number;
  readonly agents: AgentState;
}

/** Bytes of entries that a session keeps: a load of the whole session carries them along. */
const TRAIL_BYTES = 4 * 1024 * 1024;

/** Makes changes of sessions' agents: one at a time in a session, each with its entry in the audit trail. */
@Injectable()
export class SessionChanges {
  private readonly nextBatchId = idSequence();
  private readonly queue = new KeyedQueue();
  private readonly keep: number;

  constructor(
    @Inject(SESSION_STORE) private readonly store: SessionStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(PARLEY_CONFIG) { agents }: ParleyConfig,
  ) {
    this.keep = agents.revisionsKept;
  }

  /** @throws as {@link SessionStore.load} */
  load(sessionId: string): Promise<SessionState> {
    return this.store.load(requireSessionId(sessionId));
  }

  /** The kept entries of the audit trail, oldest first, and how many came before. */
  async trail(sessionId: string): Promise<{ readonly dropped: number; readonly revisions: readonly Revision[] }> {
    const { first, changes } = await this.store.readAgentChanges(requireSessionId(sessionId));
    return { dropped: first - 1, revisions: changes.map(revisionOf) };
  }

  /**
   * Works a change out on the session as it stands and commits it; where another process came first, anew. Changes of
   * this process wait for each other.
   * @throws ParleyError `revision_conflict` where the origin builds on a revision that has been changed since, and
   * whatever `plan` throws
   */
  commit(sessionId: string, origin: ChangeOrigin, plan: Planner): Promise<CommittedChange> {
    return this.queue.run(sessionId, () => this.commitInTurn(sessionId, origin, plan));
  }

  private async commitInTurn(sessionId: string, origin: ChangeOrigin, plan: Planner): Promise<CommittedChange> {
    let { basedOn } = origin;
    for (let attempt = 1; ; attempt += 1) {
      const state = await this.load(sessionId);
      const records = recordsOf(state.agents);
      const change = await plan(records, state);
      refuseIfChanged(records, change.scope, basedOn, state);
      const op = this.op({ ...state.agents, records }, change, origin);
      if (!op) return { revision: lastRevision(records, change.scope), agents: state.agents };
      const adoption = this.adoption(state.agents);
      try {
        const { revision } = await this.apply(sessionId, adoption ? [adoption] : [op, ...(change.also ?? [])]);
        if (!adoption) return { revision, agents: changedAgents(state.agents, op, revision) };
        // What the change builds on has been looked at; bringing it into another form is no change of it.
        if (basedOn !== undefined) basedOn = revision;
      } catch (error) {
        if (!isOvertaken(error, attempt)) throw error;
      }
    }
  }

  private apply(sessionId: string, ops: readonly Op[]): Promise<Receipt> {
    return this.store.apply(sessionId, { id: this.nextBatchId(), ops });
  }

  /** What brings the registry of an older service into today's form, before the first change of its session. */
  private adoption(agents: AgentState): ChangeAgentsOp | undefined {
    if (!agents.records.has(LEGACY_REGISTRY)) return undefined;
    const records = new Map([...recordsOf(agents)].map(([name, { value }]) => [name, value] as const));
    const origin: ChangeOrigin = { actor: 'parley', source: 'import', note: 'agent_registry of an older service' };
    const plan: ChangePlan = { action: 'import', scope: 'all', records, always: true };
    const op = this.op({ ...agents, records: new Map() }, plan, origin);
    return op && { ...op, records: { ...op.records, [LEGACY_REGISTRY]: null } };
  }

  /** The operation of a change; undefined where nothing would change. */
  op(agents: AgentState, plan: ChangePlan, origin: ChangeOrigin): ChangeAgentsOp | undefined {
    const touched = [...plan.records].filter(([name, value]) => !isDeepStrictEqual(valueIn(agents, name), value));
    if (touched.length === 0 && !plan.always && !plan.also?.length) return undefined;
    const described = touched.filter(([name]) => scopeOf(name) !== undefined);
    const after = Object.fromEntries(described);
    const entry: AuditEntry = {
      at: nowSeconds(this.clock),
      actor: origin.actor,
      source: origin.source,
      action: plan.action,
      note: origin.note ?? null,
      agent: plan.agent ?? null,
      target: plan.target ?? null,
      before: Object.fromEntries(described.map(([name]) => [name, valueIn(agents, name)])),
      after,
      previous: { revision: agents.revision, digest: agents.digest },
    };
    return {
      op: 'changeAgents',
      after: agents.changes,
      records: { ...markers(agents, touched, plan.scope), ...Object.fromEntries(touched) },
      entry,
      digest: digestOf(agents.changes + 1, entry),
      keep: this.keep,
      keepBytes: TRAIL_BYTES,
      experiment: experimentAfter(agents, after),
    };
  }
}

function valueIn({ records }: Pick<AgentState, 'records'>, name: string): JsonValue {
  return records.get(name)?.value ?? null;
}

/** One more change of each thing that is touched: the markers' revisions say when it was changed last. */
function markers(agents: AgentState, touched: readonly (readonly [string, JsonValue])[], scope: Scope | 'all') {
  const scopes = new Set<Scope>(touched.flatMap(([name]) => scopeOf(name) ?? []));
  if (scope !== 'all') scopes.add(scope);
  const counted = [...scopes].map((one) => [RECORD.changed(one), lastChange(agents.records, one).count + 1] as const);
  return Object.fromEntries(counted);
}

function experimentAfter(agents: AgentState, after: JsonObject): ExperimentTag | null {
  const value = after[RECORD.experiment];
  if (value === undefined) return agents.experiment ?? tagOf(valueIn(agents, RECORD.experiment));
  return tagOf(value);
}

function tagOf(value: JsonValue): ExperimentTag | null {
  const assignment = value as Assignment | null;
  return assignment && { id: assignment.experimentId, variant: assignment.variant };
}

function lastRevision(records: ReadonlyMap<string, AgentRecord>, scope: Scope | 'all'): number {
  if (scope !== 'all') return lastChange(records, scope).revision;
  return Math.max(0, ...[...records.values()].map(({ revision }) => revision));
}

/** A revision that is yet to come was never seen by whoever names it. */
function refuseIfChanged(
  records: ReadonlyMap<string, AgentRecord>,
  scope: Scope | 'all',
  basedOn: number | undefined,
  state: SessionState,
): void {
  if (basedOn === undefined) return;
  const last = lastRevision(records, scope);
  if (last <= basedOn && basedOn <= state.revision) return;
  throw new ParleyError('revision_conflict', `It was changed in revision ${last}; the change builds on ${basedOn}.`);
}
