import { Injectable } from '@nestjs/common';
import type { AgentRecord, AgentState } from '../store/agent-state';
import { ACTIVE_AGENT_KEY } from '../store/ops';
import { agentName } from '../store/session-state';
import { type Agent, agentKey, type AgentOverrides } from './agent';
import { agentErrors } from './agent-errors';
import type { AgentProvider, AgentSession, HandoffProvider } from './agent-provider';
import { BaseAgents } from './base/base-agents';
import { AgentImport } from './changes/agent-import';
import { AgentRules } from './changes/agent-rules';
import type { ChangeOrigin } from './changes/audit-entry';
import { planAgent, planDeletion } from './changes/plan-custom-agent';
import { planExperiment } from './changes/plan-experiment';
import { planHandoff } from './changes/plan-handoff';
import { planImport } from './changes/plan-import';
import { type PatchMode, planOverride, planReset, planResetAll } from './changes/plan-override';
import { planRollback } from './changes/plan-rollback';
import { recordsAfter, touches } from './changes/rollback';
import { type ChangePlan, type CommittedChange, SessionChanges } from './changes/session-changes';
import { type AgentExplanation, explainAgent } from './resolution/explain-agent';
import { SessionRoster } from './resolution/session-roster';
import type { Scope } from './state/agent-records';
import { type Assignment, overridesOf, recordsOf } from './state/session-agents';

export interface OverriddenAgent {
  /** The session's revision that the change made; where nothing changed, that of the agent's last change. */
  readonly revision: number;
  readonly overrides: AgentOverrides;
}

export interface ChangedHandoff {
  readonly revision: number;
  readonly tool: string;
  /** Where the tool leads now; null: nowhere. */
  readonly target: string | null;
}

type Records = ReadonlyMap<string, AgentRecord>;

/**
 * The agents of sessions: base agents, and over them what a session has of its own. Resolutions work on a session in
 * memory; changes go to the store and reach every live memo over the change feed. Every method that takes a session id
 * throws as {@link SessionStore.load}, and `revision_conflict` where the origin builds on a revision that has been
 * changed since.
 */
@Injectable()
export class SessionAgentManager implements AgentProvider, HandoffProvider {
  /** By what they were made of: a change replaces that, and the roster with it. */
  private readonly rosters = new WeakMap<AgentState, SessionRoster>();

  constructor(
    private readonly base: BaseAgents,
    private readonly changes: SessionChanges,
    private readonly rules: AgentRules,
    private readonly imports: AgentImport,
  ) {}

  agent({ agents }: AgentSession, name: string): Agent {
    // Without anything of its own a session has the very base agents.
    const agent = agents.records.size === 0 ? this.base.get(name) : this.roster(agents).find(name);
    return agent ?? this.roster(agents).get(name);
  }

  agents({ agents }: AgentSession): readonly Agent[] {
    return this.roster(agents).all();
  }

  activeAgent(session: AgentSession): Agent {
    const name = agentName(session.getContext(ACTIVE_AGENT_KEY));
    const roster = this.roster(session.agents);
    return (name === null ? undefined : roster.find(name)) ?? roster.get(this.base.entryPoint.name);
  }

  explain(session: AgentSession, name: string): AgentExplanation {
    return explainAgent(this.agent(session, name), this.base, this.roster(session.agents).own);
  }

  handoffs({ agents }: AgentSession): ReadonlyMap<string, string> {
    return this.roster(agents).handoffs();
  }

  target(session: AgentSession, tool: string): Agent {
    const handoffs = this.handoffs(session);
    const name = handoffs.get(tool);
    if (name === undefined) throw agentErrors.handoffNotFound(handoffs.keys());
    return this.agent(session, name);
  }

  /**
   * Sets, merges or clears overrides of one agent.
   * @param patch fields to set; null clears one
   * @throws ParleyError `agent_not_found`, `validation_failed`, `template_invalid`, `unknown_tool`
   */
  async override(
    sessionId: string,
    name: string,
    patch: unknown,
    mode: PatchMode,
    origin: ChangeOrigin,
  ): Promise<OverriddenAgent> {
    const checked = await this.rules.overrides(patch);
    return this.changeAgent(sessionId, name, origin, (agent, records) => {
      this.rules.checkTools(checked.tools, this.rosterOf(records));
      const plan = planOverride(agent.name, checked, mode, records);
      this.rules.checkMerged(plan.records);
      return plan;
    });
  }

  /** Takes back all overrides and the handoff map; active agent, experiment and custom agents stay. */
  resetAll(sessionId: string, origin: ChangeOrigin): Promise<CommittedChange> {
    return this.changes.commit(sessionId, origin, planResetAll);
  }

  /**
   * Adds an agent that this session alone has, over the defaults of the base agents.
   * @throws ParleyError `agent_exists`, `handoff_taken`, `validation_failed`, `template_invalid`, `unknown_tool`
   */
  async createAgent(
    sessionId: string,
    definition: unknown,
    origin: ChangeOrigin,
  ): Promise<{ readonly revision: number; readonly agent: Agent }> {
    const agent = await this.rules.customAgent(definition);
    const { revision } = await this.changes.commit(sessionId, origin, (records) => {
      this.rules.checkTools(agent.tools, this.rosterOf(records));
      return planAgent(agent, this.rosterOf(records));
    });
    return { revision, agent };
  }

  /** Removes a custom agent, or takes back the overrides of a base agent. @throws ParleyError `agent_not_found` */
  remove(sessionId: string, name: string, origin: ChangeOrigin): Promise<OverriddenAgent> {
    return this.changeAgent(sessionId, name, origin, (agent, records) =>
      this.base.get(agent.name) ? planReset(agent.name, records) : planDeletion(agent, records),
    );
  }

  /** Leads a tool to an agent, in this session. @throws ParleyError `agent_not_found`, `validation_failed` */
  async setHandoff(sessionId: string, tool: string, target: string, origin: ChangeOrigin): Promise<ChangedHandoff> {
    this.rules.checkToolName(tool);
    const { revision, agents } = await this.changes.commit(sessionId, origin, (records) =>
      planHandoff(tool, this.rosterOf(records).get(target), records),
    );
    return { revision, tool, target: this.roster(agents).handoffs().get(tool) ?? null };
  }

  /** Back to where the agents themselves say that the tool leads. */
  async deleteHandoff(sessionId: string, tool: string, origin: ChangeOrigin): Promise<ChangedHandoff> {
    this.rules.checkToolName(tool);
    const { revision, agents } = await this.changes.commit(sessionId, origin, (records) =>
      planHandoff(tool, null, records),
    );
    return { revision, tool, target: this.roster(agents).handoffs().get(tool) ?? null };
  }

  /** Puts the session into a variant; null: takes it out of its experiment. */
  setExperiment(sessionId: string, assignment: Assignment | null, origin: ChangeOrigin): Promise<CommittedChange> {
    return this.changes.commit(sessionId, origin, () => planExperiment(assignment));
  }

  /**
   * Restores what an agent of the session, or all of them with handoffs and experiment (`name` null), was after a
   * revision of the session.
   * @throws ParleyError `revision_not_found`, `agent_not_found` for one that never was, `handoff_taken` where another
   * agent has come to be reached by the trigger of one that is restored
   */
  async rollback(
    sessionId: string,
    name: string | null,
    revision: number,
    origin: ChangeOrigin,
  ): Promise<OverriddenAgent> {
    const scope: Scope | 'all' = name === null ? 'all' : `agent:${agentKey(name)}`;
    const committed = await this.changes.commit(sessionId, origin, async (records, state): Promise<ChangePlan> => {
      const trail = await this.changes.trail(sessionId);
      const restored = recordsAfter(revision, scope, trail, records, state.revision);
      if (name === null) return { action: 'rollback', target: revision, scope, records: restored, always: true };
      const isKnown = trail.revisions.some((entry) => touches(entry, scope));
      const agent = isKnown ? name : this.rosterOf(records).get(name).name;
      return planRollback(agent, revision, restored, records, this.base);
    });
    return this.overridden(committed, name ?? '');
  }

  /**
   * Puts an export (see {@link AgentsExport}), or an `agent_registry` of an older service, in place of all that the
   * session has of agents of its own.
   * @throws ParleyError `validation_failed`, `template_invalid`, `unknown_tool`, `agent_not_found`
   */
  async import(sessionId: string, exported: unknown, origin: ChangeOrigin): Promise<CommittedChange> {
    const imported = await this.imports.checked(exported);
    return this.changes.commit(sessionId, origin, (records) => planImport(imported, records));
  }

  private async changeAgent(
    sessionId: string,
    name: string,
    origin: ChangeOrigin,
    plan: (agent: Agent, records: Records) => ChangePlan,
  ): Promise<OverriddenAgent> {
    const committed = await this.changes.commit(sessionId, origin, (records) =>
      plan(this.rosterOf(records).get(name), records),
    );
    return this.overridden(committed, name);
  }

  private overridden({ revision, agents }: CommittedChange, name: string): OverriddenAgent {
    return { revision, overrides: overridesOf(this.roster(agents).own.overrides.get(agentKey(name))) };
  }

  private roster(agents: AgentState): SessionRoster {
    let roster = this.rosters.get(agents);
    if (!roster) this.rosters.set(agents, (roster = this.rosterOf(recordsOf(agents))));
    return roster;
  }

  private rosterOf(records: Records): SessionRoster {
    return new SessionRoster(this.base, records);
  }
}
