import type { AgentRecord } from '../../store/agent-state';
import { type Agent, agentKey } from '../agent';
import { agentErrors } from '../agent-errors';
import type { BaseAgents } from '../base/base-agents';
import { overridesOf, type SessionAgents, sessionAgentsOf } from '../state/session-agents';
import { mergeAgent } from './merge-agent';

/**
 * The agents of one session at one state of its changes. Whatever is worked out once is kept: a change makes another
 * roster, never another content of this one.
 */
export class SessionRoster {
  readonly own: SessionAgents;
  private readonly resolved = new Map<string, Agent>();
  private handoffMap: ReadonlyMap<string, string> | undefined;

  constructor(
    private readonly base: BaseAgents,
    records: ReadonlyMap<string, AgentRecord>,
  ) {
    this.own = sessionAgentsOf(records);
  }

  /** Undefined where there is no such agent. */
  find(name: string): Agent | undefined {
    const known = this.resolved.get(name);
    if (known) return known;
    const agent = this.merged(name);
    // Only names that exist are kept, in whatever spellings: clients cannot make it grow by asking.
    if (agent && this.resolved.size < MAX_SPELLINGS) this.resolved.set(name, agent);
    return agent;
  }

  /** @throws ParleyError `agent_not_found` */
  get(name: string): Agent {
    const agent = this.find(name);
    if (!agent) throw agentErrors.agentNotFound(this.names());
    return agent;
  }

  names(): string[] {
    return [...this.base.names(), ...[...this.own.custom.values()].map(({ value }) => value.name)];
  }

  all(): Agent[] {
    return this.names().map((name) => this.get(name));
  }

  /** The base agents' triggers, under the custom agents', under what the session says. */
  handoffs(): ReadonlyMap<string, string> {
    this.handoffMap ??= new Map([
      ...this.base.handoffs,
      ...[...this.own.custom.values()].flatMap(({ value }) => triggerOf(value)),
      ...[...this.own.handoffs].map(([tool, { value }]) => [tool, value] as const),
    ]);
    return this.handoffMap;
  }

  /** The agent before anything is laid over it. */
  original(name: string): Agent | undefined {
    return this.base.get(name) ?? this.own.custom.get(agentKey(name))?.value;
  }

  private merged(name: string): Agent | undefined {
    const original = this.original(name);
    if (!original) return undefined;
    const key = agentKey(name);
    const assignment = this.own.experiment?.value;
    const isInExperiment = assignment?.agent !== undefined && agentKey(assignment.agent) === key;
    const varied = mergeAgent(original, isInExperiment ? assignment.overrides : undefined);
    const fields = this.own.overrides.get(key);
    return mergeAgent(varied, fields && overridesOf(fields));
  }
}

/** Far above what anybody writes differently on purpose. */
const MAX_SPELLINGS = 1000;

function triggerOf({ name, handoff }: Agent): [string, string][] {
  return handoff.trigger === null ? [] : [[handoff.trigger, name]];
}
