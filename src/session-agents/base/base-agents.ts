import type { JsonObject } from '../../common/json';
import { type Agent, agentKey } from '../agent';

/** An agent, and what its own file says, before the defaults were put under it. */
export interface BaseAgentSource {
  readonly agent: Agent;
  readonly own: JsonObject;
}

/** The agents that files define: the same for all sessions, and never changed while the service runs. */
export class BaseAgents {
  /** The agent that calls begin with. */
  readonly entryPoint: Agent;
  /** Names of agents by handoff trigger. */
  readonly handoffs: ReadonlyMap<string, string>;
  /** All tools that an agent names, and all triggers. */
  readonly tools: ReadonlySet<string>;
  private readonly list: readonly Agent[];
  /** By their names as they are written, and by {@link agentKey}. */
  private readonly byName = new Map<string, Agent>();
  private readonly ownByKey: ReadonlyMap<string, JsonObject>;

  /**
   * @param sources agents with different names and triggers, exactly one of them the entry point
   * @param defaults what stands under the fields of every agent
   */
  constructor(
    sources: readonly BaseAgentSource[],
    readonly defaults: JsonObject,
  ) {
    this.list = Object.freeze(sources.map(({ agent }) => agent));
    for (const agent of this.list) this.byName.set(agentKey(agent.name), agent).set(agent.name, agent);
    this.ownByKey = new Map(sources.map(({ agent, own }) => [agentKey(agent.name), own]));
    this.entryPoint = this.list.find(({ handoff }) => handoff.isEntryPoint) as Agent;
    const triggers = this.list.flatMap(({ name, handoff }) =>
      handoff.trigger ? [[handoff.trigger, name] as const] : [],
    );
    this.handoffs = new Map(triggers);
    this.tools = new Set([...this.list.flatMap(({ tools }) => tools), ...this.handoffs.keys()]);
  }

  /** Without regard to case; the exact spelling costs one look-up. */
  get(name: string): Agent | undefined {
    return this.byName.get(name) ?? this.byName.get(agentKey(name));
  }

  all(): readonly Agent[] {
    return this.list;
  }

  names(): readonly string[] {
    return this.list.map(({ name }) => name);
  }

  /** What the agent's own files say; empty where there is no such agent. */
  ownFields(name: string): JsonObject {
    return this.ownByKey.get(agentKey(name)) ?? {};
  }
}
