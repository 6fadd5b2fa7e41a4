import type { JsonObject } from '../common/json';
import { type Call, type CallTurn, type ToolCall, toolCallsOf } from '../programs/call';
import { UsageError } from '../programs/usage-error';
import { parameterSchema } from './parameter-schema';

/** A tool as the recorded calls show it. */
export interface RecordedTool {
  readonly name: string;
  /** Of its parameters, an object. */
  readonly schema: JsonObject;
}

/** An agent as the recorded calls show it. */
export interface RecordedAgent {
  readonly name: string;
  /** Names of the tools that it calls. */
  readonly tools: readonly string[];
  /** Names of the agents to whom calls go on from it. */
  readonly handsOverTo: readonly string[];
}

/** What the service evaluated has for the calls, and nothing of the calls themselves. */
export interface RecordedCast {
  readonly agents: readonly RecordedAgent[];
  readonly tools: readonly RecordedTool[];
}

/** A name of an agent, short enough to stand in the name of the tool that hands over to it. */
const AGENT_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,55}$/;
/** What would be taken for a handoff is none. */
const TOOL_NAME = /^(?!handoff_)[A-Za-z0-9_-]{1,64}$/;

/**
 * Agents and tools of calls, in the order in which they appear.
 * @throws UsageError for a name that no agent or tool of the service can have
 */
export function castOf(calls: readonly Call[]): RecordedCast {
  const agents = new Map<string, OpenAgent>();
  for (const { turns } of calls) turns.forEach((turn, index) => noteTurn(agents, turn, turns[index - 1]?.agent));
  const tools = toolsOf(calls.flatMap(({ turns }) => turns.flatMap(toolCallsOf)));
  for (const name of agents.keys()) requireName('agent', name, AGENT_NAME);
  for (const { name } of tools) requireName('tool', name, TOOL_NAME);
  return { agents: [...agents].map(([name, one]) => agentOf(name, one)), tools };
}

/** The tool that hands a call over to this agent. */
export function handoffTool(agent: string): string {
  return `handoff_${agent}`;
}

interface OpenAgent {
  readonly tools: Set<string>;
  readonly handsOverTo: Set<string>;
}

function noteTurn(agents: Map<string, OpenAgent>, turn: CallTurn, before: string | undefined): void {
  const agent = agents.get(turn.agent) ?? { tools: new Set(), handsOverTo: new Set() };
  agents.set(turn.agent, agent);
  for (const { tool } of toolCallsOf(turn)) agent.tools.add(tool);
  if (before !== undefined && before !== turn.agent) agents.get(before)?.handsOverTo.add(turn.agent);
}

function agentOf(name: string, { tools, handsOverTo }: OpenAgent): RecordedAgent {
  return { name, tools: [...tools], handsOverTo: [...handsOverTo] };
}

function toolsOf(calls: readonly ToolCall[]): RecordedTool[] {
  const names = [...new Set(calls.map(({ tool }) => tool))];
  return names.map((name) => {
    const parameters = calls.filter(({ tool }) => tool === name).map((call) => call.parameters);
    return { name, schema: parameterSchema(parameters) };
  });
}

function requireName(kind: string, name: string, pattern: RegExp): void {
  if (!pattern.test(name)) throw new UsageError(`no ${kind} of the service can have the name "${name}"`);
}
