import { Inject, Injectable } from '@nestjs/common';
import { requireSessionId } from '../common/ids';
import type { JsonObject, JsonValue } from '../common/json';
import { type ErrorIssue, isParleyError } from '../common/parley-error';
import type { AgentRecord } from '../store/agent-state';
import { SESSION_STORE, type SessionStore } from '../store/session-store';
import { type Agent, agentKey, type AgentOverrides } from './agent';
import { AgentPrompts } from './agent-prompts';
import { BaseAgents } from './base/base-agents';
import { AgentRules } from './changes/agent-rules';
import { isOverrideOf, type OverridePatch, type PatchMode, planOverride } from './changes/plan-override';
import { LoadedSession } from './loaded-session';
import { SessionRoster } from './resolution/session-roster';
import { lastChange, overridesOf, recordsOf } from './state/session-agents';

type Records = ReadonlyMap<string, AgentRecord>;

/** What an agent says with the data of a session; null where its template ends with a failure. */
export interface RenderedTexts {
  readonly prompt: string | null;
  readonly greeting: string | null;
}

/** An agent as a change of its overrides would make it, beside what it is now and what it is without any. */
export interface AgentPreview {
  /** The session's revision that changed the overrides last; 0: none has. */
  readonly revision: number;
  /** Without the overrides of the session: the base agent, with its variant of an experiment. */
  readonly base: Agent;
  readonly current: Agent;
  /** Null where the change would be refused. */
  readonly changed: Agent | null;
  readonly overrides: AgentOverrides | null;
  readonly rendered: RenderedTexts | null;
  /** Why it would be refused, or why a template fails with the data of this session. */
  readonly issues: readonly ErrorIssue[];
}

const REFUSALS = ['validation_failed', 'template_invalid', 'template_failed', 'unknown_tool'] as const;

/** Shows what a change of overrides would do, and does nothing. */
@Injectable()
export class AgentPreviews {
  constructor(
    @Inject(SESSION_STORE) private readonly store: SessionStore,
    private readonly base: BaseAgents,
    private readonly rules: AgentRules,
    private readonly prompts: AgentPrompts,
  ) {}

  /**
   * @param patch as for a change of overrides; without a field it shows what stands
   * @throws ParleyError as {@link SessionStore.load}, `agent_not_found`, `templates_busy`
   */
  async of(sessionId: string, name: string, patch: JsonObject, mode: PatchMode): Promise<AgentPreview> {
    const state = await this.store.load(requireSessionId(sessionId));
    const records = recordsOf(state.agents);
    const current = this.rosterOf(records).get(name);
    const key = agentKey(current.name);
    const changes = planOverride(current.name, patch, mode, records).records;
    const refusals = await this.refusals(patch, changes, records);
    const base = this.rosterOf(withoutOverrides(records, key)).get(name);
    const stands = { revision: lastChange(records, `agent:${key}`).revision, base, current };
    if (refusals.length > 0) return { ...stands, changed: null, overrides: null, rendered: null, issues: refusals };
    const roster = this.rosterOf(withChanges(records, changes));
    const changed = roster.get(name);
    const { rendered, issues } = await this.render(new LoadedSession(state), changed);
    return { ...stands, changed, overrides: overridesOf(roster.own.overrides.get(key)), rendered, issues };
  }

  /** Every field by itself: a fault of one does not hide those of the others. */
  private async refusals(
    patch: OverridePatch,
    changes: ReadonlyMap<string, JsonValue>,
    records: Records,
  ): Promise<readonly ErrorIssue[]> {
    const issues: ErrorIssue[] = [];
    for (const [field, value] of Object.entries(patch)) {
      issues.push(...(await issuesOf(() => this.rules.overrides({ [field]: value }))));
    }
    if (issues.length > 0) return issues;
    return issuesOf(() => {
      this.rules.checkTools(patch.tools, this.rosterOf(records));
      this.rules.checkMerged(changes);
    });
  }

  private async render(session: LoadedSession, agent: Agent) {
    const texts: { prompt: string | null; greeting: string | null } = { prompt: null, greeting: null };
    const failures = [
      ...(await issuesOf(async () => (texts.prompt = await this.prompts.systemPrompt(session, agent)), '/prompt')),
      ...(await issuesOf(
        async () => (texts.greeting = await this.prompts.greeting(session, agent, false)),
        '/greeting',
      )),
    ];
    return { rendered: texts, issues: failures };
  }

  private rosterOf(records: Records): SessionRoster {
    return new SessionRoster(this.base, records);
  }
}

/** What is refused, at its places; `path` is for a refusal that names none. */
async function issuesOf(check: () => unknown, path = ''): Promise<readonly ErrorIssue[]> {
  try {
    await check();
    return [];
  } catch (error) {
    if (!REFUSALS.some((code) => isParleyError(error, code))) throw error;
    const { errors, message } = error as { errors?: readonly ErrorIssue[]; message: string };
    return errors ?? [{ path, message }];
  }
}

function withoutOverrides(records: Records, key: string): Records {
  return new Map([...records].filter(([name]) => !isOverrideOf(name, key)));
}

function withChanges(records: Records, changes: ReadonlyMap<string, JsonValue>): Records {
  const changed = new Map(records);
  for (const [name, value] of changes) {
    if (value === null) changed.delete(name);
    else changed.set(name, { value, revision: 0 });
  }
  return changed;
}
