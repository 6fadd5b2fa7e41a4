import type { ChatMessage } from '../../../src/orchestration/models';
import { TOO_MANY_STEPS } from '../../../src/orchestration/cascade/turn';
import { until } from '../../support/until';
import { type CallProcess, CascadeHarness, told } from './cascade.harness';
import { call as toolCall, ScriptedModel, type Step } from './scripted-model';

describe('tools in a turn', () => {
  let harness: CascadeHarness;
  let model: ScriptedModel;
  let process: CallProcess;
  let sessionId: string;
  beforeAll(async () => {
    harness = await CascadeHarness.open();
    model = new ScriptedModel(() => []);
    process = harness.process(model);
  });
  beforeEach(async () => {
    sessionId = await harness.session();
    model.requests.length = 0;
    harness.tools.begun.length = 0;
  });
  afterAll(() => harness.close());

  const script = (...answers: Step[][]) => {
    model.script = (_request, index) => answers[index] ?? ['Well.'];
  };
  const lastResult = () => {
    const result = model.requests.at(-1)?.messages.at(-1) as Extract<ChatMessage, { role: 'tool' }>;
    return JSON.parse(result.content) as unknown;
  };
  const outputOf = async (tool: string) => (await harness.stores.store.load(sessionId)).toolOutputs.get(tool);

  it('are run and answered, and what they give is kept', async () => {
    const wanted = toolCall('balance', { account: 'savings' });
    script(['One moment. ', wanted], ['It is twelve.']);
    expect(told(await process.turn(sessionId, 'My balance?'))).toEqual([
      'Front: One moment.',
      'balance...',
      'balance ok',
      'Front: It is twelve.',
      'completed',
    ]);
    expect(model.requests[1]?.messages.slice(1)).toEqual([
      { role: 'user', content: 'My balance?' },
      { role: 'assistant', content: 'One moment. ', toolCalls: [wanted.type === 'toolCall' && wanted.call] },
      { role: 'tool', toolCallId: expect.any(String) as string, content: '{"account":"savings","balance":12}' },
    ]);
    expect(await outputOf('balance')).toEqual({ account: 'savings', balance: 12 });
  });

  it('run one after the other, and each has its result', async () => {
    script([toolCall('balance', { account: 'a' }), toolCall('refuses')], ['Done.']);
    expect(told(await process.turn(sessionId, 'Do it'))).toEqual([
      'balance...',
      'balance ok',
      'refuses...',
      'refuses ok',
      'Front: Done.',
      'completed',
    ]);
    expect(model.shown).toEqual([
      'user: Do it',
      'assistant:  [balance] [refuses]',
      'tool: {"account":"a","balance":12}',
      'tool: {"success":false,"reason":"There is no such card."}',
    ]);
  });

  const failures: [name: string, step: Step, result: object, spoken: string][] = [
    ['fails', toolCall('fails'), { code: 'tool_failed' }, "I'm sorry, that didn't work just now."],
    ['hangs', toolCall('hangs'), { code: 'tool_timeout' }, "I'm sorry, that is taking longer than it should."],
    [
      'is called with arguments that are no JSON',
      toolCall('balance', '{"account": '),
      { code: 'invalid_arguments' },
      "I'm sorry, I didn't get that quite right.",
    ],
    [
      'is called with arguments that do not fit',
      toolCall('balance', { account: 7 }),
      { code: 'invalid_arguments' },
      "I'm sorry, I didn't get that quite right.",
    ],
    ['does not exist', toolCall('launch'), { code: 'unknown_tool' }, "I'm sorry, that's something I can't do"],
  ];
  it.each(failures)(
    'one that %s gives the model an error and the caller a sentence',
    async (_, step, result, spoken) => {
      script([step], []);
      const events = told(await process.turn(sessionId, 'Do it'));
      expect(events[1]).toMatch(/ failed$/);
      expect(events[2]).toContain(spoken);
      expect(events.at(-1)).toBe('completed');
      expect(lastResult()).toMatchObject({ ok: false, ...result });
      expect(JSON.stringify(lastResult())).not.toContain('4111');
    },
  );

  it('of another agent are not to be had, whatever a model has heard of them', async () => {
    script([toolCall('handoff_cards')], [toolCall('fails')], ['I cannot do that.']);
    const events = told(await process.turn(sessionId, 'Do it'));
    expect(events.slice(5)).toEqual(['fails...', 'fails failed', 'Cards: I cannot do that.', 'completed']);
    expect(lastResult()).toMatchObject({ code: 'unknown_tool' });
  });

  it('say too much for a thread: it has the beginning, and the memo has all', async () => {
    script([toolCall('huge')], ['Well.']);
    await process.turn(sessionId, 'Do it');
    expect((lastResult() as { cut: string }).cut.length).toBe(16 * 1024);
    expect(await outputOf('huge')).toEqual({ text: 'x'.repeat(40_000) });
  });

  it('that are called without end are ended, with a question', async () => {
    model.script = () => [toolCall('balance', { account: 'a' })];
    const events = told(await process.turn(sessionId, 'Do it'));
    expect(events.filter((event) => event === 'balance ok').length).toBe(8);
    expect(events.slice(-3).join(' ')).toContain(TOO_MANY_STEPS.slice(0, 30));
    expect(events.at(-1)).toBe('completed');
  });

  it('that have begun when the caller interrupts are not given up: their output is kept', async () => {
    script([toolCall('slow')], ['Never asked.']);
    const turn = process.begin(sessionId, 'Transfer it');
    await until(() => harness.tools.begun.includes('slow'));
    const memo = await process.memo(sessionId);
    memo.setTtsInterrupted(true);
    expect(await turn.ended).toMatchObject({ type: 'interrupted' });
    expect(await outputOf('slow')).toBeUndefined();
    script(['Never asked.'], ['And now?']);
    await process.turn(sessionId, 'Wait');
    expect(model.shown).toEqual(['user: Transfer it', 'user: Wait']);
    harness.tools.finish({ transferred: true });
    await until(async () => (await outputOf('slow')) !== undefined);
    expect(await outputOf('slow')).toEqual({ transferred: true });
    await process.memos.release(memo);
  });
});
