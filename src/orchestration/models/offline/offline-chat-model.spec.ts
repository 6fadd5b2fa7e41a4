import type { JsonObject } from '../../../common/json';
import type { ChatEvent, ChatMessage } from '../chat-model';
import { OfflineChatModel } from './offline-chat-model';
import type { ToolSpec } from '../../tools';

const model = new OfflineChatModel();

function tool(
  name: string,
  properties: JsonObject = {},
  required: readonly string[] = Object.keys(properties),
): ToolSpec {
  return { name, description: name, parameters: { type: 'object', properties, required } };
}

const text = { type: 'string' };
const CONCIERGE = [
  tool('get_account_balance', { account: { type: 'string', enum: ['checking', 'savings', 'money_market'] } }),
  tool('get_recent_transactions', { limit: { type: 'integer' } }, []),
  tool('transfer_funds', { from_account: text, to_account: text, amount: { type: 'number' } }),
  tool('update_contact_details', { email: { type: 'string', format: 'email' } }),
  tool('schedule_callback', { date: text, reason: text }),
  tool('escalate_to_human', { reason: text }),
  ...['handoff_authentication', 'handoff_fraud_agent', 'handoff_card_agent', 'handoff_investment_agent'].map((name) =>
    tool(name, { reason: text }),
  ),
];
const CARDS = [
  tool('block_card', { client_id: text, card_last_4: text, confirmed: { type: 'boolean' } }),
  tool('handoff_fraud_agent'),
  tool('handoff_concierge'),
];

async function answer(messages: readonly ChatMessage[], tools: readonly ToolSpec[] = CONCIERGE): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  const { signal } = new AbortController();
  for await (const event of model.stream({ settings: {}, messages, tools, signal })) events.push(event);
  return events;
}

const spoken = (events: readonly ChatEvent[]) =>
  events.map((event) => (event.type === 'text' ? event.text : '')).join('');
const called = (events: readonly ChatEvent[]) =>
  events.flatMap((event) => (event.type === 'toolCall' ? [[event.call.name, JSON.parse(event.call.arguments)]] : []));

/** The caller says one thing after the other; the last answer, as words or as a call. */
async function talk(lines: readonly string[], tools: readonly ToolSpec[] = CONCIERGE, prompt = 'You are an agent.') {
  const messages: ChatMessage[] = [{ role: 'system', content: prompt }];
  let outcome: unknown;
  for (const content of lines) {
    messages.push({ role: 'user', content });
    const events = await answer(messages, tools);
    outcome = called(events)[0] ?? spoken(events);
    messages.push({ role: 'assistant', content: spoken(events) });
  }
  return outcome;
}

describe('the offline model', () => {
  it('says what it is, by its name and to who asks', async () => {
    expect(model.name).toBe('offline rules (no language model)');
    expect(await talk(['Am I talking to a human?'])).toContain('without a language model');
  });

  it('greets, in pieces of a few words that make the whole text, and ends', async () => {
    const events = await answer([{ role: 'system', content: 'You are an agent.' }]);
    expect(events.map((event) => (event.type === 'text' ? event.text : event))).toEqual([
      'Hello, how can ',
      'I help you?',
      { type: 'end', reason: 'stop' },
    ]);
  });

  it('calls a tool that has all it needs', async () => {
    const events = await answer([{ role: 'user', content: 'What is the balance of my savings account?' }]);
    expect(events).toEqual([
      { type: 'toolCall', call: { id: 'offline_1', name: 'get_account_balance', arguments: '{"account":"savings"}' } },
      { type: 'end', reason: 'tool_calls' },
    ]);
  });

  it('asks for what a tool needs, one thing after the other, and calls it then', async () => {
    const lines = [
      'I want to transfer money',
      'From my checking account',
      'the savings one',
      '1,250.50 dollars please',
    ];
    expect(await talk(lines.slice(0, 1))).toBe('What is the from account?');
    expect(await talk(lines.slice(0, 2))).toBe('What is the to account?');
    expect(await talk(lines.slice(0, 3))).toBe('What is the amount?');
    const values = { from_account: 'checking', to_account: 'savings', amount: 1250.5 };
    expect(await talk(lines)).toEqual(['transfer_funds', values]);
    expect(await talk(['Transfer $1,250.50 from checking to my savings'])).toEqual(['transfer_funds', values]);
  });

  it('names the options where there are some', async () => {
    expect(await talk(['How much do I have?'])).toBe('What is the account: checking, savings or money market?');
    expect(await talk(['How much do I have?', 'On my money market account.'])).toEqual([
      'get_account_balance',
      { account: 'money_market' },
    ]);
  });

  it.each([
    [
      ['Call me back tomorrow at 3 pm, it is about a mortgage.'],
      'schedule_callback',
      { date: 'tomorrow at 3 pm', reason: 'Call me back tomorrow at 3 pm, it is about a mortgage' },
    ],
    [
      ['Please change my e-mail', 'It is jo.doe+bank@mail.example.org.'],
      'update_contact_details',
      { email: 'jo.doe+bank@mail.example.org' },
    ],
    [['Show me my recent transactions'], 'get_recent_transactions', {}],
    [['I want a real person'], 'escalate_to_human', { reason: 'I want a real person' }],
    [['My card was stolen'], 'handoff_card_agent', { reason: 'My card was stolen' }],
    [['There is fraud on my account'], 'handoff_fraud_agent', { reason: 'There is fraud on my account' }],
    [['How are my stocks doing?'], 'handoff_investment_agent', { reason: 'How are my stocks doing' }],
    [['I need to verify my identity'], 'handoff_authentication', { reason: 'I need to verify my identity' }],
  ])('understands %j as %s', async (lines, name, values) => {
    expect(await talk(lines)).toEqual([name, values]);
  });

  it('takes digits however they are said, the client from the prompt, and a yes for what must be confirmed', async () => {
    const prompt = 'You look after cards.\n- Client id for tools, never spoken: jd-4711\n';
    const lines = ['I lost my card', 'It ends with four three two one', 'Yes, please do.'];
    expect(await talk(lines.slice(0, 1), CARDS, prompt)).toBe('What are the last four digits?');
    expect(await talk(lines.slice(0, 2), CARDS, prompt)).toBe('May I note this as confirmed, yes or no?');
    expect(await talk(lines, CARDS, prompt)).toEqual([
      'block_card',
      { client_id: 'jd-4711', card_last_4: '4321', confirmed: true },
    ]);
  });

  it('asks again where an answer is none, and drops what is taken back', async () => {
    expect(await talk(['How much do I have?', 'Er, what?'])).toBe(
      'What is the account: checking, savings or money market?',
    );
    expect(await talk(['How much do I have?', 'Never mind.'])).toContain("I won't do that");
    expect(await talk(['How much do I have?', 'Never mind.', 'Savings'])).toContain('I did not understand');
  });

  it('goes over to another wish in the middle of one', async () => {
    expect(await talk(['How much do I have?', 'Show me recent transactions'])).toEqual(['get_recent_transactions', {}]);
  });

  it('does nothing twice: a wish that was carried out is settled', async () => {
    expect(await talk(['My savings balance, please', 'What a day.'])).toContain('I did not understand');
  });

  it('gives what another agent does to the concierge', async () => {
    expect(await talk(['What is my balance?'], CARDS)).toEqual(['handoff_concierge', {}]);
    expect(await talk(['Tell me a joke'], CARDS)).toContain('I did not understand');
  });

  it('finds a tool that it does not know by the words of its name', async () => {
    const weather = tool('get_weather_forecast', { city: text });
    expect(await talk(['What about the weather?'], [weather])).toBe('What is the city?');
    expect(await talk(['What about the weather?', 'Berlin.'], [weather])).toEqual([
      'get_weather_forecast',
      { city: 'Berlin' },
    ]);
  });

  it.each([
    [
      '{"ok":true,"output":{"account":"savings","balance":1250.5}}',
      'Here is what I found. The account is savings. The balance is 1250.5.',
    ],
    ['{"balance":1250.5}', 'Here is what I found. The balance is 1250.5.'],
    [
      '{"transactions":[{"merchant":"Kiosk"},{"merchant":"Bar"}]}',
      'Here is what I found. There are 2 entries. The merchant is Kiosk.',
    ],
    ['{"message":"Your card is blocked"}', 'Your card is blocked.'],
    [
      '{"ok":false,"code":"tool_failed","message":"secret cause","spoken":"That didn\'t work just now."}',
      "That didn't work just now.",
    ],
    ['{"ok":false,"message":"Answer the caller yourself."}', "I'm sorry, that did not work."],
    ['{"done":false,"message":"Ask which one.","spoken":"Which one is it?"}', 'Which one is it?'],
    ['{"success":false,"error":"no such card"}', "I'm sorry, that did not work: no such card."],
    ['{}', 'That is done.'],
    ['not JSON', 'not JSON.'],
  ])('speaks about the result %s, and calls nothing', async (content, expected) => {
    const events = await answer([
      { role: 'user', content: 'What is the balance of my savings account?' },
      { role: 'assistant', content: '', toolCalls: [{ id: 'c1', name: 'get_account_balance', arguments: '{}' }] },
      { role: 'tool', toolCallId: 'c1', content },
    ]);
    expect([spoken(events), called(events)]).toEqual([expected, []]);
  });

  it('calls what wants a clear yes after one, and only with what was confirmed', async () => {
    const block = { ...tool('block_card', { card_last_4: text }), description: 'Blocks a card, after a clear yes.' };
    const lines = ['Block my card ending in 4411', 'yes'];
    const question = 'Shall I block the card ending in 4 4 1 1? Nobody can unblock it in this call.';
    expect(await talk(lines.slice(0, 1), [block])).toBe(question);
    expect(await talk(lines, [block])).toEqual(['block_card', { card_last_4: '4411' }]);
    expect(await talk(['Block my card ending in 4411', 'no'], [block])).toContain('What else can I do');
    expect(await talk(['Block my card ending in 4411', 'Block my card ending in 9920', 'yes'], [block])).toEqual([
      'block_card',
      { card_last_4: '9920' },
    ]);
  });

  it('takes an answer to a question that the caller interrupted', async () => {
    const messages: ChatMessage[] = [
      { role: 'user', content: 'I lost my card' },
      { role: 'assistant', content: 'One moment. What are the last' },
      { role: 'user', content: '4411' },
    ];
    expect(called(await answer(messages, [tool('block_card', { card_last_4: text })]))).toEqual([
      ['block_card', { card_last_4: '4411' }],
    ]);
  });

  it('hands a wish over once', async () => {
    const messages: ChatMessage[] = [
      { role: 'user', content: 'I have lost my card' },
      { role: 'assistant', content: '', toolCalls: [{ id: 'c1', name: 'handoff_card_agent', arguments: '{}' }] },
    ];
    expect(called(await answer(messages))).toEqual([]);
  });

  it('ends at once where it is called off', async () => {
    const caller = new AbortController();
    const request = { settings: {}, messages: [], tools: [], signal: caller.signal };
    const events: ChatEvent[] = [];
    for await (const event of model.stream(request)) {
      events.push(event);
      caller.abort();
    }
    expect(events).toHaveLength(1);
  });

  it('begins with what the prompt says that every answer begins with', async () => {
    const prompt = 'You are an agent. Begin every answer with “Thank you for calling.” Be brief.';
    const plain = spoken(await answer([{ role: 'user', content: 'Hello' }]));
    const messages: ChatMessage[] = [
      { role: 'system', content: prompt },
      { role: 'user', content: 'Hello' },
    ];
    expect(spoken(await answer(messages))).toBe(`Thank you for calling. ${plain}`);
  });
});
