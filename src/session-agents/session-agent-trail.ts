import { Inject, Injectable } from '@nestjs/common';
import { requireSessionId } from '../common/ids';
import { PARLEY_CONFIG, type ParleyConfig } from '../config/parley-config';
import { SESSION_STORE, type SessionStore } from '../store/session-store';
import { type Agent, agentKey, type AgentOverrides } from './agent';
import { BaseAgents } from './base/base-agents';
import { type ChainCheck, checkChain } from './changes/audit-chain';
import { isAuditEntry, type Revision, revisionOf } from './changes/audit-entry';
import { touches } from './changes/rollback';
import { SessionChanges } from './changes/session-changes';
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
  constructor(
    @Inject(SESSION_STORE) private readonly store: SessionStore,
    private readonly base: BaseAgents,
    private readonly changes: SessionChanges,
    @Inject(PARLEY_CONFIG) private readonly config: Pick<ParleyConfig, 'agents'>,
  ) {}

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
    const { revisions: all } = await this.changes.trail(sessionId);
    const revisions = all.filter((revision) => touches(revision, `agent:${agentKey(name)}`));
    if (revisions.length === 0) roster.get(name);
    return { revisions, basePrompt: roster.original(name)?.prompt ?? '' };
  }

  async audit(sessionId: string, isVerified = false): Promise<AuditTrail> {
    const { agents } = await this.load(sessionId);
    const trail = await this.store.readAgentChanges(sessionId);
    // What comes after the load belongs to the next question.
    const changes = trail.changes.filter(({ number }) => number <= agents.changes);
    const dropped = trail.first - 1;
    if (!isVerified) return { entries: changes.map(revisionOf), dropped };
    // Whoever asks whether it is whole gets an answer where it is not, with the entries that can be read.
    const entries = changes.filter(({ entry }) => isAuditEntry(entry)).map(revisionOf);
    return { entries, dropped, check: checkChain({ first: trail.first, changes }, agents) };
  }

  /** The session's part in an experiment; undefined where it has none. */
  async experiment(sessionId: string): Promise<Revised<Assignment> | undefined> {
    const { agents } = await this.load(sessionId);
    return new SessionRoster(this.base, recordsOf(agents)).own.experiment;
  }

  async export(sessionId: string): Promise<AgentsExport> {
    const state = await this.load(sessionId);
    return exportOf(state, recordsOf(state.agents), { base: this.base, isToolsOpen: this.config.agents.toolsOpen });
  }

  private load(sessionId: string) {
    return this.store.load(requireSessionId(sessionId));
  }
}
