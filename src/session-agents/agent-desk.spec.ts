import { anAgent } from '../../test/session-agents/agents';
import { emptyState } from '../store/session-state';
import type { SessionStore } from '../store/session-store';
import { AgentDesk } from './agent-desk';
import { BaseAgentProvider } from './base-agent-provider';
import { BaseAgents } from './base/base-agents';
import type { AgentPrompts } from './agent-prompts';

const FRONT = anAgent('Front', { handoff: { trigger: null, isEntryPoint: true } });
const BASE = new BaseAgents([{ agent: FRONT, own: {} }], {});

describe('an agent as a client sees it', () => {
  it('is of one moment, with all that is asked for', async () => {
    const load = jest.fn((id: string) => Promise.resolve(emptyState(id)));
    const provider = new BaseAgentProvider(BASE);
    const prompts = { systemPrompt: () => Promise.resolve('You are it.') } as unknown as AgentPrompts;
    const desk = new AgentDesk({ load } as unknown as SessionStore, provider, provider, prompts);
    const view = await desk.view('session-1', 'front', { isRendered: true, isExplained: true });
    expect(view).toMatchObject({ ...FRONT, rendered: 'You are it.', fields: { name: { value: 'Front' } } });
    expect(load).toHaveBeenCalledTimes(1);
    expect(await desk.view('session-1', 'front', { isRendered: false, isExplained: false })).toEqual(FRONT);
  });
});
