import { parseOps } from '../store/op-validation';
import type { Call } from '../programs/call';
import { readCalls } from '../programs/call-file';
import { scriptCall } from './turn-script';

const call: Call = {
  callId: 'c',
  agents: ['A', 'B'],
  turns: [
    { role: 'user', agent: 'A', text: 'hi', slots: { city: 'Oslo' } },
    { role: 'assistant', agent: 'A', text: 'yes', toolCalls: [{ tool: 'T', parameters: { p: 1 }, results: [1] }] },
    { role: 'user', agent: 'B', text: 'and', slots: { city: 'Oslo', day: 'today' } },
    { role: 'assistant', agent: 'B', text: 'no' },
    { role: 'user', agent: 'B', text: 'bye', slots: { city: 'Oslo', day: 'today' } },
  ],
};

describe('scriptCall', () => {
  const { turns, context } = scriptCall(call, 1);
  const state = turns.map(({ ops }) => ops.filter(({ op }) => op !== 'recordLatency'));

  it('opens the session with the label of a replay', () => {
    expect(context).toEqual({ replay: { callId: 'c', seed: 1, simulatedLatency: true } });
  });

  it('makes one batch of each turn', () => {
    expect(state).toEqual([
      [
        { op: 'setActiveAgent', agent: 'A' },
        { op: 'append', agent: 'A', role: 'user', content: 'hi' },
        { op: 'setSlots', slots: { city: 'Oslo' } },
      ],
      [
        { op: 'append', agent: 'A', role: 'assistant', content: 'yes' },
        { op: 'setToolOutput', tool: 'T', output: [1] },
      ],
      [
        { op: 'setActiveAgent', agent: 'B' },
        { op: 'append', agent: 'B', role: 'user', content: 'and' },
        { op: 'setSlots', slots: { day: 'today' } },
      ],
      [{ op: 'append', agent: 'B', role: 'assistant', content: 'no' }],
      [{ op: 'append', agent: 'B', role: 'user', content: 'bye' }],
    ]);
  });

  it('labels every latency sample as simulated, and groups them by exchange', () => {
    const samples = turns.map(({ ops }) => ops.filter((op) => op.op === 'recordLatency'));
    expect(samples.map((ofTurn) => [...new Set(ofTurn.map(({ run }) => run))])).toEqual([
      ['turn-1'],
      ['turn-1'],
      ['turn-2'],
      ['turn-2'],
      ['turn-3'],
    ]);
    for (const { meta } of samples.flat()) expect(meta).toEqual({ simulated: true });
  });

  it('gives each turn a key of its own', () => {
    expect(new Set(turns.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(turns.length);
  });

  it('makes only operations that the service accepts', async () => {
    const scripts = (await readCalls('test/fixtures/calls.sample.ndjson')).map((real) => scriptCall(real, 1));
    for (const { ops } of scripts.flatMap((script) => script.turns)) expect(() => parseOps(ops)).not.toThrow();
  });
});
