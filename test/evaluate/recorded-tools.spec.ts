import { CallRecords, NOTHING_ON_RECORD } from '../../src/evaluate/call-records';
import { recordedTools } from '../../src/evaluate/recorded-tools';
import type { Call } from '../../src/programs/call';
import { contextOf, moduleOf, sessionOf, toolHost } from '../orchestration/tools.harness';

const call: Call = {
  callId: '1',
  agents: ['A'],
  turns: [
    {
      role: 'assistant',
      agent: 'A',
      text: 'ok',
      toolCalls: [{ tool: 'Find', parameters: { city: 'Oslo' }, results: [{ name: 'Opera' }] }],
    },
  ],
};
const schema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const tools = [
  { name: 'Find', schema },
  { name: 'constructor', schema: { type: 'object' } },
];

describe('the recorded tools', () => {
  it('are tools of the service like all others', async () => {
    const records = new CallRecords();
    records.begin('call-1', call);
    const provider = { provide: 'tools', useValue: recordedTools(tools, records) };
    const { app, registry } = await toolHost([moduleOf(provider)]);
    const run = (json: string, sessionId = 'call-1') =>
      registry.run('Find', json, contextOf(sessionOf({}, {}, sessionId)));
    expect(registry.names()).toEqual(['Find', 'constructor']);
    expect(registry.specs(['Find'])).toEqual([{ name: 'Find', description: 'Calls Find.', parameters: schema }]);
    expect(await run('{"city":"oslo"}')).toEqual({ ok: true, output: [{ name: 'Opera' }] });
    expect(await run('{"city":"Oslo"}', 'call-2')).toEqual({ ok: true, output: NOTHING_ON_RECORD });
    expect(await run('{"town":"Oslo"}')).toMatchObject({ ok: false, code: 'invalid_arguments' });
    await app.close();
  });
});
