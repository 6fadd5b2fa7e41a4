import type { Call, CallTurn, ToolCall } from '../programs/call';
import { exchangesOf } from './exchanges';

const says = (agent: string, text: string): CallTurn => ({ role: 'user', agent, text });
const answers = (agent: string, ...toolCalls: ToolCall[]): CallTurn => ({
  role: 'assistant',
  agent,
  text: 'ok',
  toolCalls,
});
const called = (tool: string): ToolCall => ({ tool, parameters: {}, results: [] });
const call = (...turns: CallTurn[]): Call => ({ callId: '1', agents: ['A', 'B', 'C'], turns });

describe('the exchanges of a call', () => {
  it('hold what the script has from a turn of the caller to the next', () => {
    const [first, second] = exchangesOf(
      call(says('A', 'one'), answers('A', called('find')), says('A', 'two'), answers('A')),
    );
    expect(first).toMatchObject({ said: 'one', before: 'A', after: 'A', handoffs: [], toolCalls: [{ tool: 'find' }] });
    expect(second).toMatchObject({ said: 'two', toolCalls: [] });
  });

  it('have the change of the agent with which a turn of the caller begins, and the one before a reply', () => {
    const exchanges = exchangesOf(
      call(says('A', 'one'), answers('A'), says('B', 'two'), answers('B'), says('B', 'three'), answers('C')),
    );
    expect(exchanges.map(({ before, after, handoffs }) => ({ before, after, handoffs }))).toEqual([
      { before: 'A', after: 'A', handoffs: [] },
      { before: 'A', after: 'B', handoffs: [{ from: 'A', to: 'B' }] },
      { before: 'B', after: 'C', handoffs: [{ from: 'B', to: 'C' }] },
    ]);
  });

  it('can have several handoffs, and several replies', () => {
    const [only] = exchangesOf(
      call(says('A', 'one'), answers('B', called('x')), answers('C', called('y')), answers('A')),
    );
    expect(only?.handoffs.map(({ to }) => to)).toEqual(['B', 'C', 'A']);
    expect(only?.toolCalls.map(({ tool }) => tool)).toEqual(['x', 'y']);
    expect(only).toMatchObject({ before: 'A', after: 'A' });
  });

  it('leave out what comes before the first words of the caller', () => {
    expect(exchangesOf(call(answers('A', called('x'))))).toEqual([]);
    const [only, ...others] = exchangesOf(call(answers('A', called('x')), answers('B'), says('B', 'one')));
    expect(only).toEqual({ said: 'one', before: 'B', after: 'B', toolCalls: [], handoffs: [] });
    expect(others).toEqual([]);
  });
});
