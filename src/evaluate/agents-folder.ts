import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { JsonObject } from '../common/json';
import { handoffTool, type RecordedAgent } from './recorded-agents';

/** Base agents as the service reads them, in a folder that is there for one evaluation. */
export interface AgentsFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * MODEL_DEPLOYMENT stands above it. Everything else is left to the model: not even a temperature is taken by all of them.
 */
const DEFAULTS = { model: { deployment: 'gpt-4.1' } };

/** Says what is so for each of them, and nothing of what the calls are about. */
const PROMPT = `You are the agent {{ agent_name }} of a voice service. You speak with a caller on the phone.

- Your words are spoken aloud: short, plain sentences, no lists and no symbols.
- Call a tool when the caller wants what it does. Ask for what you need to know for it, one thing at a time.
- Do what the caller wants by your tools alone, and say nothing that neither the caller nor a tool has said.
- When the caller wants what another agent is for, hand the call over by the tool that does it, and do not announce it.
`;

/** Writes the agents; calls begin with whom the session names, so that the entry point may be any of them. */
export async function writeAgents(agents: readonly RecordedAgent[]): Promise<AgentsFolder> {
  const path = await mkdtemp(join(tmpdir(), 'parley-evaluate-agents-'));
  const folder = { path, remove: () => rm(path, { recursive: true, force: true }) };
  try {
    await writeFile(join(path, '_defaults.yaml'), stringify(DEFAULTS));
    for (const [index, agent] of agents.entries())
      await writeAgent(join(path, agent.name), agentFile(agent, index === 0));
    return folder;
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

async function writeAgent(folder: string, fields: JsonObject): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, 'agent.yaml'), stringify(fields));
  await writeFile(join(folder, 'prompt.liquid'), PROMPT);
}

/** No greeting: nothing is said that the model has not made. */
export function agentFile({ name, tools, handsOverTo }: RecordedAgent, isEntryPoint: boolean): JsonObject {
  const abilities = tools.length === 0 ? 'has no tools' : `has the tools ${tools.join(', ')}`;
  return {
    name,
    description: `${name} ${abilities}.`,
    handoff: { trigger: handoffTool(name), isEntryPoint },
    tools: [...tools, ...handsOverTo.map(handoffTool)],
  };
}
