import type { Call } from '../programs/call';
import { readCalls } from '../programs/call-file';
import { UsageError } from '../programs/usage-error';
import { agentFile } from './agents-folder';
import { castOf } from './recorded-agents';

const callOf = (agent: string, tool = 'Find'): Call => ({
  callId: '1',
  agents: [agent],
  turns: [{ role: 'assistant', agent, text: 'ok', toolCalls: [{ tool, parameters: {}, results: [] }] }],
});

describe('the agents of recorded calls', () => {
  it('have the tools that they call, and hand over to whom their calls go on', async () => {
    const { agents, tools } = castOf(await readCalls('test/fixtures/calls.sample.ndjson'));
    expect(tools).toHaveLength(13);
    const events = agents.find(({ name }) => name === 'Events_3');
    expect([...(events?.tools ?? [])].sort()).toEqual(['BuyEventTickets', 'FindEvents']);
    expect(events?.handsOverTo).toContain('Payment_1');
    expect(agents.every(({ name, handsOverTo }) => !handsOverTo.includes(name))).toBe(true);
  });

  it('take handoffs from one call to the next for none', () => {
    const { agents } = castOf([callOf('A'), { ...callOf('B'), callId: '2' }]);
    expect(agents).toEqual([
      { name: 'A', tools: ['Find'], handsOverTo: [] },
      { name: 'B', tools: ['Find'], handsOverTo: [] },
    ]);
  });

  it('are written with a trigger of their own, and the triggers of others among their tools', () => {
    const agent = { name: 'A', tools: ['Find'], handsOverTo: ['B'] };
    expect(agentFile(agent, true)).toEqual({
      name: 'A',
      description: 'A has the tools Find.',
      handoff: { trigger: 'handoff_A', isEntryPoint: true },
      tools: ['Find', 'handoff_B'],
    });
  });

  it.each([
    ['an agent', callOf('not a name')],
    ['an agent', callOf('A'.repeat(57))],
    ['a tool', callOf('A', 'find events')],
    ['a tool that would be taken for a handoff', callOf('A', 'handoff_B')],
  ])('are refused with the name of %s that the service cannot have', (_what, call) => {
    expect(() => castOf([call])).toThrow(UsageError);
  });
});
