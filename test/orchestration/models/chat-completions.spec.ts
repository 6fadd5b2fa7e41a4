import { ChatServer } from './chat-server';
import { callPart, chunk, DONE, FIRST, finish, line, say, spoken, USAGE } from './chat-stream';
import { ask, BALANCE_TOOL, collect, failing, KEY, modelAt } from './models.harness';

const end = (reason: string) => ({ type: 'end', reason, usage: { inputTokens: 7, outputTokens: 3 } });
const called = (id: string, name: string, text: string) => ({ type: 'toolCall', call: { id, name, arguments: text } });

describe('Chat Completions', () => {
  let server: ChatServer;
  beforeEach(async () => (server = await ChatServer.start()));
  afterEach(() => server.close());

  const answer = (...steps: string[]) => {
    server.script({ steps });
    return collect(modelAt(server).stream(ask({ tools: [BALANCE_TOOL] })));
  };

  it('streams words as they come, and says what they cost', async () => {
    server.script(spoken('Good ', 'morning.'));
    expect(await collect(modelAt(server).stream(ask()))).toEqual([
      { type: 'text', text: 'Good ' },
      { type: 'text', text: 'morning.' },
      end('stop'),
    ]);
  });

  it('puts a call together however its arguments are split', async () => {
    const head = { id: 'c1', type: 'function', function: { name: 'get_account_balance', arguments: '' } };
    const pieces = ['{"acc', 'ount"', ':"che', 'cking"}'].map((text) => callPart(0, { function: { arguments: text } }));
    expect(await answer(FIRST, callPart(0, head), ...pieces, finish('tool_calls'), USAGE, DONE)).toEqual([
      called('c1', 'get_account_balance', '{"account":"checking"}'),
      end('tool_calls'),
    ]);
  });

  it('keeps calls apart whose pieces come by turns', async () => {
    const parts = [
      callPart(1, { id: 'c2', type: 'function', function: { name: 'block_', arguments: '' } }),
      callPart(0, { id: 'c1', type: 'function', function: { name: 'get_quote', arguments: '{"s' } }),
      callPart(1, { function: { name: 'card', arguments: '{"last' } }),
      callPart(0, { function: { arguments: '":1}' } }),
      callPart(1, { function: { arguments: 'Four":"4321"}' } }),
    ];
    expect(await answer(FIRST, ...parts, finish('tool_calls'), USAGE, DONE)).toEqual([
      called('c2', 'block_card', '{"lastFour":"4321"}'),
      called('c1', 'get_quote', '{"s":1}'),
      end('tool_calls'),
    ]);
  });

  it('takes calls as servers of others stream them: whole, under one index, without an id, with the reason "stop"', async () => {
    const whole = (members: object) => chunk({ tool_calls: [members as never] });
    const found = await answer(
      whole({ index: 0, id: 'a', function: { name: 'one', arguments: '{}' } }),
      whole({ index: 0, id: 'b', function: { name: 'two', arguments: '' } }),
      whole({ index: 1, function: { name: 'three', arguments: '{"n":3}' } }),
      finish('stop'),
      DONE,
    );
    expect(found).toEqual([
      called('a', 'one', '{}'),
      called('b', 'two', '{}'),
      {
        type: 'toolCall',
        call: { id: expect.stringMatching(/^call_/) as string, name: 'three', arguments: '{"n":3}' },
      },
      { type: 'end', reason: 'tool_calls' },
    ]);
  });

  it.each([['length'], ['content_filter']])(
    'says that an answer was cut (%s), and drops the call in its middle',
    async (reason) => {
      const cut = callPart(0, { id: 'c1', function: { name: 'get_account_balance', arguments: '{"acc' } });
      expect(await answer(FIRST, say('Well, '), cut, finish(reason), USAGE, DONE)).toEqual([
        { type: 'text', text: 'Well, ' },
        end(reason),
      ]);
    },
  );

  it('refuses an answer of which the content filter let nothing through', async () => {
    server.script({ steps: [FIRST, finish('content_filter'), DONE] });
    const { before, error } = await failing(modelAt(server).stream(ask()));
    expect(before).toEqual([]);
    expect([error.code, error.retryable]).toEqual(['model_refused', false]);
    expect(server.requests).toHaveLength(1);
  });

  it('needs neither [DONE] nor figures, and ignores comments, unknown events and pieces without choices', async () => {
    const azure = line({ choices: [], prompt_filter_results: [{ prompt_index: 0, content_filter_results: {} }] });
    const found = await answer(': keep-alive\n\n', azure, 'event: ping\ndata: {}\n\n', say('Hello.'), finish('stop'));
    expect(found).toEqual([
      { type: 'text', text: 'Hello.' },
      { type: 'end', reason: 'stop' },
    ]);
  });

  it('speaks the words with which a model refuses', async () => {
    const found = await answer(FIRST, chunk({ refusal: 'I cannot do that.' }), finish('stop'), USAGE, DONE);
    expect(found[0]).toEqual({ type: 'text', text: 'I cannot do that.' });
  });

  it('asks with the agent’s settings, in the API’s names, and passes vendor options on', async () => {
    server.script(spoken('Yes.'));
    const settings = {
      deployment: 'qwen3',
      temperature: 0.3,
      topP: 0.8,
      maxTokens: 99,
      reasoningEffort: 'low',
      parallel_tool_calls: false,
      seed: 7,
      stream: false,
    };
    await collect(modelAt(server).stream(ask({ settings, tools: [BALANCE_TOOL] })));
    const [{ url, headers, body }] = server.requests as [(typeof server.requests)[number]];
    expect([url, headers.authorization]).toEqual(['/v1/chat/completions', `Bearer ${KEY}`]);
    expect(body).toEqual({
      model: 'qwen3',
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0.3,
      top_p: 0.8,
      max_tokens: 99,
      reasoning_effort: 'low',
      parallel_tool_calls: false,
      seed: 7,
      messages: [{ role: 'user', content: 'My secret is the seventh bell.' }],
      tools: [{ type: 'function', function: BALANCE_TOOL }],
    });
  });

  it('leaves options of tools away where there are none, because servers refuse them', async () => {
    server.script(spoken('Yes.'));
    const settings = { deployment: 'm', parallel_tool_calls: false, tool_choice: 'auto' };
    await collect(modelAt(server).stream(ask({ settings })));
    expect(Object.keys(server.requests[0]?.body ?? {}).sort()).toEqual([
      'messages',
      'model',
      'stream',
      'stream_options',
    ]);
  });

  it('tells of earlier calls and their results', async () => {
    server.script(spoken('Done.'));
    const toolCalls = [{ id: 'c1', name: 'get_account_balance', arguments: '{"account":"checking"}' }];
    await collect(
      modelAt(server).stream(
        ask({
          messages: [
            { role: 'system', content: 'Be brief.' },
            { role: 'assistant', content: '', toolCalls },
            { role: 'tool', toolCallId: 'c1', content: '{"balance":5}' },
            { role: 'assistant', content: 'Five.' },
          ],
        }),
      ),
    );
    const fn = { name: 'get_account_balance', arguments: '{"account":"checking"}' };
    expect(server.requests[0]?.body['messages']).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function', function: fn }] },
      { role: 'tool', tool_call_id: 'c1', content: '{"balance":5}' },
      { role: 'assistant', content: 'Five.' },
    ]);
  });

  it('finds an Azure deployment by its path, with the key in its own header and the newer name of the bound', async () => {
    server.script(spoken('Yes.'));
    const azure = { provider: 'azure', baseUrl: `${server.url}/`, apiVersion: '2024-10-21' } as const;
    await collect(modelAt(server, azure).stream(ask({ settings: { deployment: 'gpt-4.1', maxTokens: 5 } })));
    const [{ url, headers, body }] = server.requests as [(typeof server.requests)[number]];
    expect(url).toBe('/openai/deployments/gpt-4.1/chat/completions?api-version=2024-10-21');
    expect([headers['api-key'], headers.authorization]).toEqual([KEY, undefined]);
    expect(body['max_completion_tokens']).toBe(5);
  });

  it('lets no name of a deployment lead elsewhere on Azure', async () => {
    server.script(spoken('Yes.'));
    const azure = { provider: 'azure', baseUrl: server.url, apiVersion: '2024-10-21' } as const;
    await collect(modelAt(server, azure).stream(ask({ settings: { deployment: 'a/../../files' } })));
    expect(server.requests[0]?.url).toContain('/openai/deployments/a%2F..%2F..%2Ffiles/chat/completions');
  });

  it('asks for the deployment of the configuration where it names one', async () => {
    server.script(spoken('Yes.'));
    await collect(modelAt(server, { deployment: 'llama3', apiKey: undefined }).stream(ask()));
    expect(server.requests[0]?.body['model']).toBe('llama3');
  });

  it('refuses to ask for no deployment at all', async () => {
    const { error } = await failing(modelAt(server).stream(ask({ settings: {} })));
    expect([error.code, server.requests.length]).toEqual(['model_refused', 0]);
  });

  it('uses connections again after whole answers', async () => {
    const model = modelAt(server);
    for (let turn = 0; turn < 6; turn += 1) {
      server.script(spoken('Yes.'));
      await collect(model.stream(ask()));
    }
    // The client gives a connection back a moment after the answer's end: the next request can miss it.
    expect(server.connections).toBeLessThanOrEqual(2);
    expect(server.abandoned).toBe(0);
  });
});
