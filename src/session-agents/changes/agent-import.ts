import { Injectable } from '@nestjs/common';
import { isJsonObject, type JsonObject, jsonPointer, type JsonValue } from '../../common/json';
import { isName } from '../../store/ops';
import { type Agent, agentKey, type AgentOverrides, type OverridableField } from '../agent';
import { LIMITS } from '../agent-limits';
import { BaseAgents } from '../base/base-agents';
import { SessionRoster } from '../resolution/session-roster';
import { RECORD } from '../state/agent-records';
import { exportParts, textMembers } from '../state/agents-import';
import { AgentRules, objectAt, refuse, refuseIfAny } from './agent-rules';
import { assignmentIssues } from './assignment-entry';
import { planAgent } from './plan-custom-agent';
import { planHandoff } from './plan-handoff';
import type { ImportedAgents } from './plan-import';
import { wholeOverrides } from './plan-override';

type Records = Map<string, JsonValue>;

/**
 * Checks an export, or an `agent_registry` of an older service. What it holds goes through the rules for what is set by
 * hand, in a session that has nothing yet: custom agents, handoffs, overrides, then the experiment.
 */
@Injectable()
export class AgentImport {
  constructor(
    private readonly rules: AgentRules,
    private readonly base: BaseAgents,
  ) {}

  /**
   * @throws ParleyError `validation_failed`, `template_invalid`, `template_failed`, `unknown_tool`, `agent_not_found`,
   * `agent_exists`, `handoff_taken`
   */
  async checked(value: unknown): Promise<ImportedAgents> {
    const parts = exportParts(objectAt(value, ''));
    if (!parts) return refuse([{ path: '', message: 'must be an export of agents, or an agent_registry' }]);
    const activeAgent = checkedActiveAgent(parts.activeAgent);
    const visitedAgents = checkedVisitedAgents(parts.visitedAgents);
    const records: Records = new Map();
    const custom = await this.takeCustomAgents(records, parts.customAgents);
    this.takeHandoffs(records, parts.handoffs);
    // Who there is and which tools are known stands from here on.
    const roster = this.rosterOf(records);
    this.checkTools(custom, roster);
    await this.takeOverrides(records, parts.overrides, roster);
    await this.takeExperiment(records, parts.experiment, roster);
    return { records, activeAgent, visitedAgents };
  }

  private async takeCustomAgents(records: Records, value: JsonValue): Promise<Agent[]> {
    if (!Array.isArray(value) || value.length > LIMITS.customAgents) {
      return refuse([{ path: '/customAgents', message: `must be a list of at most ${LIMITS.customAgents} agents` }]);
    }
    const agents: Agent[] = [];
    for (const [index, exported] of value.entries()) {
      const path = jsonPointer('customAgents', index);
      const agent = await this.rules.customAgent(definitionOf(exported as JsonValue), path);
      take(records, planAgent(agent, this.rosterOf(records), path).records);
      agents.push(agent);
    }
    return agents;
  }

  private takeHandoffs(records: Records, value: JsonValue): void {
    const handoffs = textMembers(value);
    if (!handoffs || handoffs.length > LIMITS.handoffs) {
      return refuse([{ path: '/handoffs', message: `must be at most ${LIMITS.handoffs} names of agents by tool` }]);
    }
    const roster = this.rosterOf(records);
    for (const [tool, target] of handoffs) {
      this.rules.checkToolName(tool, jsonPointer('handoffs', tool));
      take(records, planHandoff(tool, roster.get(target), records).records);
    }
  }

  private checkTools(agents: readonly Agent[], roster: SessionRoster): void {
    for (const [index, { tools }] of agents.entries()) {
      this.rules.checkTools(tools, roster, jsonPointer('customAgents', index, 'tools'));
    }
  }

  private async takeOverrides(records: Records, value: JsonValue, roster: SessionRoster): Promise<void> {
    for (const [name, given] of Object.entries(objectAt(value, '/overrides'))) {
      const key = agentKey(roster.get(name).name);
      const overrides = await this.overrides(given, roster, jsonPointer('overrides', name));
      for (const [field, override] of Object.entries(overrides)) {
        records.set(RECORD.override(field as OverridableField, key), override as JsonValue);
      }
    }
  }

  private async takeExperiment(records: Records, value: JsonValue, roster: SessionRoster): Promise<void> {
    if (value === null) return;
    refuseIfAny(assignmentIssues(value, '/experiment'));
    const { agent, overrides = {}, ...tag } = value as JsonObject;
    if (agent === undefined) return void records.set(RECORD.experiment, tag);
    const { name } = roster.get(agent as string);
    const whole = await this.overrides(overrides, roster, '/experiment/overrides');
    records.set(RECORD.experiment, { ...tag, agent: name, overrides: whole as JsonObject });
  }

  private async overrides(value: JsonValue, roster: SessionRoster, path: string): Promise<AgentOverrides> {
    const given = objectAt(value, path);
    // As a change it would be none, and is refused; an export may well have an agent without any.
    if (Object.keys(given).length === 0) return {};
    const patch = await this.rules.overrides(given, path);
    this.rules.checkTools(patch.tools, roster, `${path}/tools`);
    return wholeOverrides(patch);
  }

  private rosterOf(records: Records): SessionRoster {
    return new SessionRoster(this.base, new Map([...records].map(([name, value]) => [name, { value, revision: 0 }])));
  }
}

function take(records: Records, changes: ReadonlyMap<string, JsonValue>): void {
  for (const [name, value] of changes) records.set(name, value);
}

/** An export has custom agents whole: with a member that can only be false, and that nobody sets. */
function definitionOf(exported: JsonValue): JsonValue {
  if (!isJsonObject(exported) || !isJsonObject(exported['handoff'])) return exported;
  const { isEntryPoint, ...handoff } = exported['handoff'];
  return isEntryPoint === false ? { ...exported, handoff } : exported;
}

function checkedActiveAgent(value: JsonValue): string | null {
  if (value === null || isAgentName(value)) return value;
  return refuse([{ path: '/activeAgent', message: 'must be a name of 1 to 256 characters, or null' }]);
}

function checkedVisitedAgents(value: JsonValue): string[] {
  if (!Array.isArray(value) || value.length > LIMITS.visitedAgents) {
    return refuse([{ path: '/visitedAgents', message: `must be a list of at most ${LIMITS.visitedAgents} names` }]);
  }
  const names = value as readonly JsonValue[];
  const message = 'must be a name of 1 to 256 characters';
  refuseIfAny(
    names.flatMap((name, index) => (isAgentName(name) ? [] : [{ path: jsonPointer('visitedAgents', index), message }])),
  );
  return names.filter(isAgentName);
}

function isAgentName(value: JsonValue): value is string {
  return typeof value === 'string' && isName(value);
}
