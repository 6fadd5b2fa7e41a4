import { ChatServer } from './chat-server';
import { ask, BALANCE_TOOL, collect, failing, KEY, modelAt } from './models.harness';
import { callDelta, callDone, COMPLETED, CREATED, event, incomplete, say } from './responses-stream';

const usage = { inputTokens: 7, outputTokens: 3 };

describe('the Responses API', () => {
  let server: ChatServer;
  beforeEach(async () => (server = await ChatServer.start()));
  afterEach(() => server.close());

  const answer = (...steps: string[]) => {
    server.script({ steps });
    return collect(modelAt(server, { api: 'responses' }).stream(ask({ tools: [BALANCE_TOOL] })));
  };

  it('has a name for a human', () => {
    const model = modelAt(server, { api: 'responses', baseUrl: 'https://api.openai.com/v1' });
    expect(model.name).toBe('Responses API at api.openai.com');
  });

  it('streams words as they come, and says what they cost', async () => {
    expect(await answer(CREATED, say('Good '), say('morning.'), COMPLETED)).toEqual([
      { type: 'text', text: 'Good ' },
      { type: 'text', text: 'morning.' },
      { type: 'end', reason: 'stop', usage },
    ]);
  });

  it('gives calls once they are complete, also those whose pieces come by turns', async () => {
    const found = await answer(
      CREATED,
      callDelta(1, '{"symbol"'),
      callDelta(0, '{}'),
      callDelta(1, ':"MSFT"}'),
      callDone(1, 'get_quote', '{"symbol":"MSFT"}'),
      callDone(0, 'get_portfolio_summary', ''),
      COMPLETED,
    );
    expect(found).toEqual([
      { type: 'toolCall', call: { id: 'call_1', name: 'get_quote', arguments: '{"symbol":"MSFT"}' } },
      { type: 'toolCall', call: { id: 'call_0', name: 'get_portfolio_summary', arguments: '{}' } },
      { type: 'end', reason: 'tool_calls', usage },
    ]);
  });

  it('says that an answer was cut', async () => {
    expect((await answer(CREATED, say('Well'), incomplete('max_output_tokens'))).at(-1)).toEqual({
      type: 'end',
      reason: 'length',
      usage,
    });
    expect((await answer(CREATED, say('Well'), incomplete('content_filter'))).at(-1)).toEqual({
      type: 'end',
      reason: 'content_filter',
      usage,
    });
  });

  it('refuses an answer of which the content filter let nothing through', async () => {
    server.script({ steps: [CREATED, incomplete('content_filter')] });
    const { error } = await failing(modelAt(server, { api: 'responses' }).stream(ask()));
    expect([error.code, server.requests.length]).toEqual(['model_refused', 1]);
  });

  it('ignores events that it does not know', async () => {
    const thought = event('response.reasoning_summary_text.delta', { delta: 'Hm.' });
    expect(await answer(CREATED, thought, event('response.new', {}), say('Yes.'), COMPLETED)).toHaveLength(2);
  });

  it('asks with the agent’s settings, in the API’s names, and has nothing kept', async () => {
    server.script({ steps: [CREATED, COMPLETED] });
    const settings = {
      deployment: 'gpt-5-mini',
      topP: 0.8,
      maxTokens: 99,
      reasoningEffort: 'low',
      verbosity: 'low',
      parallel_tool_calls: false,
    };
    const toolCalls = [{ id: 'c1', name: 'get_account_balance', arguments: '{}' }];
    await collect(
      modelAt(server, { api: 'responses' }).stream(
        ask({
          settings,
          tools: [BALANCE_TOOL],
          messages: [
            { role: 'system', content: 'Be brief.' },
            { role: 'user', content: 'Balance?' },
            { role: 'assistant', content: '', toolCalls },
            { role: 'tool', toolCallId: 'c1', content: '{"balance":5}' },
            { role: 'assistant', content: 'Five.' },
          ],
        }),
      ),
    );
    const [{ url, headers, body }] = server.requests as [(typeof server.requests)[number]];
    expect([url, headers.authorization]).toEqual(['/v1/responses', `Bearer ${KEY}`]);
    expect(body).toEqual({
      model: 'gpt-5-mini',
      stream: true,
      store: false,
      top_p: 0.8,
      max_output_tokens: 99,
      reasoning: { effort: 'low' },
      text: { verbosity: 'low' },
      parallel_tool_calls: false,
      tools: [{ type: 'function', ...BALANCE_TOOL, strict: false }],
      input: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Balance?' },
        { type: 'function_call', call_id: 'c1', name: 'get_account_balance', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c1', output: '{"balance":5}' },
        { role: 'assistant', content: 'Five.' },
      ],
    });
  });

  it('is found on Azure below the endpoint, with the key in its own header', async () => {
    server.script({ steps: [CREATED, COMPLETED] });
    const azure = {
      provider: 'azure',
      api: 'responses',
      baseUrl: server.url,
      apiVersion: '2025-04-01-preview',
    } as const;
    await collect(modelAt(server, azure).stream(ask()));
    const [{ url, headers, body }] = server.requests as [(typeof server.requests)[number]];
    expect([url, headers['api-key']]).toEqual(['/openai/responses?api-version=2025-04-01-preview', KEY]);
    expect(body['model']).toBe('gpt-4.1');
  });
});
