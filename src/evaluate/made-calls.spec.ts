import { madeCalls } from './made-calls';

const call = (name: string, text: string) => ({ id: 'c1', name, arguments: text });

describe('the calls that models made', () => {
  it('are found by turn in the threads of all agents', () => {
    const history = {
      A: [
        { role: 'user', meta: { turn: 'turn-1' } },
        { role: 'assistant', meta: { turn: 'turn-1', toolCalls: [call('find', '{"city":"Oslo"}')] } },
        { role: 'tool', meta: { turn: 'turn-1', toolCallId: 'c1' } },
        { role: 'assistant', meta: { turn: 'turn-2' } },
      ],
      B: [{ role: 'assistant', meta: { turn: 'turn-1', toolCalls: [call('buy', '{}'), call('pay', '{}')] } }],
    };
    expect([...madeCalls({ history })]).toEqual([
      [
        'turn-1',
        [
          { tool: 'find', parameters: { city: 'Oslo' } },
          { tool: 'buy', parameters: {} },
          { tool: 'pay', parameters: {} },
        ],
      ],
    ]);
  });

  it('have no parameters where the model wrote none that can be read', () => {
    const toolCalls = ['', '[1]', '{"city'].map((text) => call('find', text));
    const made = madeCalls({ history: { A: [{ role: 'assistant', meta: { turn: 't', toolCalls } }] } });
    expect(made.get('t')).toEqual(toolCalls.map(() => ({ tool: 'find', parameters: {} })));
  });

  it('are none in messages of another form', () => {
    const metas = [
      undefined,
      null,
      { turn: 't' },
      { turn: 1, toolCalls: [] },
      { turn: 't', toolCalls: [null, { name: 1 }] },
    ];
    const made = madeCalls({ history: { A: metas.map((meta) => ({ role: 'assistant', meta })) } });
    expect([...made.values()].flat()).toEqual([]);
  });
});
