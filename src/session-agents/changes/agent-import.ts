import { Injectable } from '@nestjs/common';
import { type JsonObject, jsonPointer, type JsonValue } from '../../common/json';
import { type Agent, agentKey, OVERRIDABLE_FIELDS } from '../agent';
import { BaseAgents } from '../base/base-agents';
import { SessionRoster } from '../resolution/session-roster';
import { RECORD } from '../state/agent-records';
import { exportParts, textMembers } from '../state/agents-import';
import { LIMITS } from './agent-limits';
import { AgentRules, objectAt, refuse } from './agent-rules';
import type { ImportedAgents } from './plan-import';

type Records = Map<string, JsonValue>;

/** Checks an export, or an `agent_registry` of an older service, as if each part of it was set by hand. */
@Injectable()
export class AgentImport {
  constructor(
    private readonly rules: AgentRules,
    private readonly base: BaseAgents,
  ) {}

  /** @throws ParleyError `validation_failed`, `template_invalid`, `unknown_tool`, `agent_not_found` */
  async checked(value: unknown): Promise<ImportedAgents> {
    const parts = exportParts(objectAt(value, ''));
    if (!parts) return refuse([{ path: '', message: 'must be an export of agents, or an agent_registry' }]);
    const records: Records = new Map();
    await this.takeCustomAgents(records, parts.customAgents);
    const roster = this.rosterOf(records);
    this.takeHandoffs(records, parts.handoffs, roster);
    await this.takeOverrides(records, parts.overrides, this.rosterOf(records));
    await this.takeExperiment(records, parts.experiment);
    const { activeAgent, visitedAgents } = parts;
    const isActive = activeAgent === null || typeof activeAgent === 'string';
    if (!isActive) return refuse([{ path: '/activeAgent', message: 'must be a name or null' }]);
    return { records, activeAgent, visitedAgents: namesIn(visitedAgents) };
  }

  private async takeCustomAgents(records: Records, value: JsonValue): Promise<void> {
    if (!Array.isArray(value) || value.length > LIMITS.customAgents) {
      return refuse([{ path: '/customAgents', message: `must be a list of at most ${LIMITS.customAgents} agents` }]);
    }
    const agents: Agent[] = [];
    for (const [index, definition] of value.entries()) {
      const path = jsonPointer('customAgents', index);
      const agent = await this.rules.customAgent(definition, path);
      const isTaken = this.base.get(agent.name) ?? records.has(RECORD.custom(agentKey(agent.name)));
      if (isTaken) return refuse([{ path: `${path}/name`, message: 'is the name of another agent' }]);
      records.set(RECORD.custom(agentKey(agent.name)), agent as unknown as JsonValue);
      agents.push(agent);
    }
    const roster = this.rosterOf(records);
    for (const [index, { tools }] of agents.entries()) {
      this.rules.checkTools(tools, roster, jsonPointer('customAgents', index, 'tools'));
    }
  }

  private takeHandoffs(records: Records, value: JsonValue, roster: SessionRoster): void {
    const handoffs = textMembers(value);
    if (!handoffs || handoffs.length > LIMITS.handoffs) {
      return refuse([{ path: '/handoffs', message: `must be at most ${LIMITS.handoffs} names of agents by tool` }]);
    }
    for (const [tool, target] of handoffs) {
      this.rules.checkToolName(tool, jsonPointer('handoffs', tool));
      records.set(RECORD.handoff(tool), roster.get(target).name);
    }
  }

  private async takeOverrides(records: Records, value: JsonValue, roster: SessionRoster): Promise<void> {
    for (const [name, overrides] of Object.entries(objectAt(value, '/overrides'))) {
      const path = jsonPointer('overrides', name);
      const key = agentKey(roster.get(name).name);
      const given = objectAt(overrides, path);
      if (Object.keys(given).length === 0) continue;
      const patch = await this.rules.overrides(given, path);
      this.rules.checkTools(patch.tools, roster, `${path}/tools`);
      for (const field of OVERRIDABLE_FIELDS) {
        const override = patch[field];
        if (override !== undefined && override !== null) records.set(RECORD.override(field, key), override);
      }
    }
  }

  private async takeExperiment(records: Records, value: JsonValue): Promise<void> {
    if (value === null) return;
    const { experimentId, variant, reason, agent, overrides } = objectAt(value, '/experiment');
    const texts = { experimentId, variant, reason };
    for (const [name, text] of Object.entries(texts)) {
      if (typeof text !== 'string' || text.length === 0 || text.length > LIMITS.nameCharacters) {
        refuse([{ path: `/experiment/${name}`, message: `must be 1 to ${LIMITS.nameCharacters} characters` }]);
      }
    }
    const tag = texts as Record<string, JsonValue>;
    if (agent === undefined) return void records.set(RECORD.experiment, tag);
    records.set(RECORD.experiment, { ...tag, ...(await this.variant(agent, overrides ?? {})) });
  }

  private async variant(agent: JsonValue, overrides: JsonValue): Promise<JsonObject> {
    if (typeof agent !== 'string') return refuse([{ path: '/experiment/agent', message: 'must be a name' }]);
    const given = objectAt(overrides, '/experiment/overrides');
    if (Object.keys(given).length > 0) await this.rules.overrides(given, '/experiment/overrides');
    return { agent, overrides: given };
  }

  private rosterOf(records: Records): SessionRoster {
    return new SessionRoster(this.base, new Map([...records].map(([name, value]) => [name, { value, revision: 0 }])));
  }
}

function namesIn(value: JsonValue): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string').slice(0, LIMITS.handoffs) : [];
}
