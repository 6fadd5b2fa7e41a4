import { readConfig } from '../../src/config/parley-config';
import { BaseAgents } from '../../src/session-agents/base/base-agents';
import { AgentImport } from '../../src/session-agents/changes/agent-import';
import { AgentRules } from '../../src/session-agents/changes/agent-rules';
import { SessionChanges } from '../../src/session-agents/changes/session-changes';
import { PromptRenderer } from '../../src/session-agents/prompts/prompt-renderer';
import { SessionAgentManager } from '../../src/session-agents/session-agent-manager';
import { SessionAgentTrail } from '../../src/session-agents/session-agent-trail';
import type { Clock } from '../../src/common/clock';
import type { SessionStore } from '../../src/store/session-store';
import { anAgent } from './agents';

const SOURCES = [
  anAgent('Front', { handoff: { trigger: 'handoff_front', isEntryPoint: true }, tools: ['look_up'] }),
  anAgent('Fraud', {
    handoff: { trigger: 'handoff_fraud', isEntryPoint: false },
    tools: ['block_card', 'handoff_front'],
    voice: { name: 'ava', rate: '+5%' },
    model: { deployment: 'large', temperature: 0.2 },
    templateVars: { tone: 'calm' },
  }),
];

export interface Manager {
  readonly base: BaseAgents;
  readonly manager: SessionAgentManager;
  readonly trail: SessionAgentTrail;
  close(): Promise<void>;
}

/** The manager of one process on a store, with two base agents. */
export function openManager(store: SessionStore, clock: Clock, variables: Record<string, string> = {}): Manager {
  const config = readConfig(variables);
  const base = new BaseAgents(
    SOURCES.map((agent) => ({ agent, own: {} })),
    {},
  );
  const renderer = new PromptRenderer(config);
  const rules = new AgentRules(renderer, base, config);
  const changes = new SessionChanges(store, clock, config);
  return {
    base,
    manager: new SessionAgentManager(base, changes, rules, new AgentImport(rules, base)),
    trail: new SessionAgentTrail(store, base, changes, config),
    close: () => renderer.onApplicationShutdown(),
  };
}
