import { type Agent, agentKey } from '../agent';
import type { BaseAgents } from '../base/base-agents';
import type { Assignment, SessionAgents } from './session-agents';

/** What an import goes by. */
export interface ImportRules {
  /** Absent: any agent may be there. */
  readonly base?: BaseAgents;
  /** Whether agents may have tools that nobody knows. */
  readonly isToolsOpen?: boolean;
}

/**
 * The parts of a session's own agents that can be imported again: agents, triggers and tools may have come and gone with
 * the files since they were set.
 */
export class Importable {
  readonly customAgents: readonly Agent[];
  /** Names of agents by tool. */
  readonly handoffs: ReadonlyMap<string, string>;
  private readonly keys: ReadonlySet<string>;
  private readonly triggers = new Set<string>();

  constructor(
    own: SessionAgents,
    private readonly rules: ImportRules,
  ) {
    const custom = [...own.custom.values()].map(({ value }) => value).filter(({ name }) => !rules.base?.get(name));
    this.customAgents = custom.map((agent) => this.withFreeTrigger(agent));
    this.keys = new Set(custom.map(({ name }) => agentKey(name)));
    const handoffs = [...own.handoffs].map(([tool, { value }]) => [tool, value] as const);
    this.handoffs = new Map(handoffs.filter(([, target]) => this.isAgent(target)));
  }

  isAgent(name: string): boolean {
    const { base } = this.rules;
    return base === undefined || base.get(name) !== undefined || this.keys.has(agentKey(name));
  }

  /** Without the tools that are not known. */
  withTools<T extends { readonly tools?: readonly string[] }>(value: T): T {
    const { tools } = value;
    return tools ? { ...value, tools: tools.filter((tool) => this.isTool(tool)) } : value;
  }

  /** A mere tag where its agent is not there. */
  assignment({ agent, overrides, ...tag }: Assignment): Assignment {
    if (agent === undefined || !this.isAgent(agent)) return tag;
    return { ...tag, agent, overrides: this.withTools(overrides ?? {}) };
  }

  private withFreeTrigger(agent: Agent): Agent {
    const { trigger } = agent.handoff;
    if (trigger === null) return agent;
    const isTaken = this.triggers.has(trigger) || this.rules.base?.handoffs.has(trigger);
    this.triggers.add(trigger);
    return isTaken ? { ...agent, handoff: { ...agent.handoff, trigger: null } } : agent;
  }

  private isTool(tool: string): boolean {
    const { base, isToolsOpen } = this.rules;
    if (base === undefined || isToolsOpen) return true;
    return base.tools.has(tool) || this.triggers.has(tool) || this.handoffs.has(tool);
  }
}
