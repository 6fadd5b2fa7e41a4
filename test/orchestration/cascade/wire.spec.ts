import { chunk, callPart, DONE, finish, FIRST, say, spoken } from '../models/chat-stream';
import { ChatServer, HANG, RESET } from '../models/chat-server';
import { modelAt } from '../models/models.harness';
import { until } from '../../support/until';
import { type CallProcess, CascadeHarness, told } from './cascade.harness';

describe('a turn with a model over the wire', () => {
  let harness: CascadeHarness;
  let server: ChatServer;
  let process: CallProcess;
  let sessionId: string;
  beforeAll(async () => {
    harness = await CascadeHarness.open();
    server = await ChatServer.start();
    process = harness.process(modelAt(server, {}, { maxRetries: 1, stallTimeoutMs: 200 }));
  });
  beforeEach(async () => {
    sessionId = await harness.session();
    server.requests.length = 0;
  });
  afterAll(async () => {
    await harness.close();
    await server.close();
  });

  it('calls a tool whose arguments come in pieces, and answers', async () => {
    const head = { id: 'call_1', type: 'function', function: { name: 'balance', arguments: '' } };
    const rest = ['{"acc', 'ount":"a"}'].map((text) => callPart(0, { function: { arguments: text } }));
    server.script(
      { steps: [FIRST, say('One moment. '), callPart(0, head), ...rest, finish('tool_calls'), DONE] },
      spoken('It is ', 'twelve.'),
    );
    expect(told(await process.turn(sessionId, 'My balance?'))).toEqual([
      'Front: One moment.',
      'balance...',
      'balance ok',
      'Front: It is twelve.',
      'completed',
    ]);
    expect(server.requests[1]?.body['messages']).toMatchObject([
      { role: 'system' },
      { role: 'user', content: 'My balance?' },
      {
        role: 'assistant',
        tool_calls: [{ id: 'call_1', function: { name: 'balance', arguments: '{"account":"a"}' } }],
      },
      { role: 'tool', tool_call_id: 'call_1' },
    ]);
  });

  it('that breaks off keeps what was said, and the call goes on', async () => {
    server.script({ steps: [FIRST, say('It is twelve. But'), RESET] }, spoken('Better.'));
    const events = told(await process.turn(sessionId, 'Hi'));
    expect([events[0], events.at(-1)]).toEqual(['Front: It is twelve.', 'failed model_unavailable']);
    expect(told(await process.turn(sessionId, 'Again'))).toEqual(['Front: Better.', 'completed']);
  });

  it('that stalls ends', async () => {
    server.script({ steps: [FIRST, say('It is twelve. But'), HANG] });
    expect(told(await process.turn(sessionId, 'Hi')).at(-1)).toBe('failed model_timeout');
  });

  it('that is interrupted closes the connection', async () => {
    const before = server.abandoned;
    server.script({ steps: [FIRST, say('It is twelve. But'), chunk({ content: ' no' }), HANG] });
    const turn = process.begin(sessionId, 'Hi');
    await turn.has('sentence');
    const memo = await process.memo(sessionId);
    memo.setTtsInterrupted(true);
    expect((await turn.ended)?.type).toBe('interrupted');
    await until(() => server.abandoned === before + 1);
    await process.memos.release(memo);
  });
});
