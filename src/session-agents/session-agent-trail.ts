import { Inject, Injectable } from '@nestjs/common';
import { requireSessionId } from '../common/ids';
import { PARLEY_CONFIG, type ParleyConfig } from '../config/parley-config';
import { SESSION_STORE, type SessionStore } from '../store/session-store';
import { type Agent, agentKey, type AgentOverrides } from './agent';
import { BaseAgents } from './base/base-agents';
import { type ChainCheck, checkChain } from './changes/audit-chain';
import { type Revision, revisionOf } from './changes/audit-entry';
import { touches } from './changes/rollback';
import { SessionRoster } from './resolution/session-roster';
import { type AgentsExport, exportOf } from './state/agents-export';
import { type Assignment, lastChange, overridesOf, recordsOf, type Revised } from './state/session-agents';

/** What one agent's overrides are, and since when. */
export interface AgentOverridesView {
  readonly agent: string;
  /** The session's revision that changed them last; 0: none has. */
  readonly revision: number;
  readonly overrides: AgentOverrides;
  /** How often they were changed. */
  readonly modifications: number;
  /** The definition of an agent that this session alone has; null for a base agent. */
  readonly custom: Agent | null;
}

export interface AuditTrail {
  /** Kept entries, oldest first. */
  readonly entries: readonly Revision[];
  /** Older ones, which the bound has pushed out. */
  readonly dropped: number;
  /** Whether the trail is as it was written, where that was asked. */
  readonly check?: ChainCheck;
}

export interface AgentRevisions {
  readonly revisions: readonly Revision[];
  /** What stands where there is no override of the prompt. */
  readonly basePrompt: string;
}

/** What is on record of sessions' own agents. Every method throws as {@link SessionStore.load}. */
@Injectable()
export class SessionAgentTrail {
  private readonly keep: number;

  constructor(
    @Inject(SESSION_STORE) private readonly store: SessionStore,
    private readonly base: BaseAgents,
    @Inject(PARLEY_CONFIG) { agents }: ParleyConfig,
  ) {
    this.keep = agents.revisionsKept;
  }

  /** @throws ParleyError `agent_not_found` */
  async overrides(sessionId: string, name: string): Promise<AgentOverridesView> {
    const records = recordsOf((await this.load(sessionId)).agents);
    const roster = new SessionRoster(this.base, records);
    const agent = roster.get(name);
    const key = agentKey(agent.name);
    const { revision, count } = lastChange(records, `agent:${key}`);
    return {
      agent: agent.name,
      revision,
      overrides: overridesOf(roster.own.overrides.get(key)),
      modifications: count,
      custom: roster.own.custom.get(key)?.value ?? null,
    };
  }

  /**
   * The kept changes of one agent, oldest first: those of an agent that was removed as well.
   * @throws ParleyError `agent_not_found` for one that never was
   */
  async revisions(sessionId: string, name: string): Promise<AgentRevisions> {
    const roster = new SessionRoster(this.base, recordsOf((await this.load(sessionId)).agents));
    const changes = await this.store.readAgentChanges(sessionId, this.keep);
    const revisions = changes.map(revisionOf).filter((revision) => touches(revision, `agent:${agentKey(name)}`));
    if (revisions.length === 0) roster.get(name);
    return { revisions, basePrompt: roster.original(name)?.prompt ?? '' };
  }

  async audit(sessionId: string, isVerified = false): Promise<AuditTrail> {
    const { agents } = await this.load(sessionId);
    // What comes after the load belongs to the next question.
    const all = await this.store.readAgentChanges(sessionId, this.keep);
    const changes = all.filter(({ number }) => number <= agents.changes);
    return {
      entries: changes.map(revisionOf),
      dropped: (changes[0]?.number ?? 1) - 1,
      ...(isVerified && { check: checkChain(changes, agents) }),
    };
  }

  /** The session's part in an experiment; undefined where it has none. */
  async experiment(sessionId: string): Promise<Revised<Assignment> | undefined> {
    const { agents } = await this.load(sessionId);
    return new SessionRoster(this.base, recordsOf(agents)).own.experiment;
  }

  async export(sessionId: string): Promise<AgentsExport> {
    const state = await this.load(sessionId);
    return exportOf(state, recordsOf(state.agents));
  }

  private load(sessionId: string) {
    return this.store.load(requireSessionId(sessionId));
  }
}
