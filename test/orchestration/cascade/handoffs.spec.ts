import { PENDING_HANDOFF_KEY } from '../../../src/orchestration/call';
import { ACTIVE_AGENT_KEY } from '../../../src/store/ops';
import { type CallProcess, CascadeHarness, told } from './cascade.harness';
import { call as toolCall, ScriptedModel, shownIn, type Step } from './scripted-model';

describe('handoffs in a turn', () => {
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
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => harness.close());

  const script = (...answers: Step[][]) => {
    model.script = (_request, index) => answers[index] ?? ['Well.'];
  };
  const contextOf = async () => Object.fromEntries((await harness.stores.store.load(sessionId)).context);

  it('put another agent in charge, which greets and answers at once what was said', async () => {
    script(
      [
        'I get a colleague. ',
        toolCall('handoff_cards', { reason: 'a lost card', target_agent: 'Fraud', note: 'blue' }),
      ],
      ['When did you lose it?'],
    );
    expect(told(await process.turn(sessionId, 'I lost my card'))).toEqual([
      'Front: I get a colleague.',
      'handoff_cards...',
      'handoff_cards ok',
      'Front > Cards',
      'now Cards',
      'Cards: Cards here, about a lost card.',
      'Cards: When did you lose it?',
      'completed',
    ]);
    expect(model.requests[1]?.messages).toEqual([
      { role: 'system', content: 'You look after cards.' },
      { role: 'assistant', content: 'Cards here, about a lost card.' },
      { role: 'user', content: 'I lost my card' },
    ]);
    expect(await contextOf()).toMatchObject({
      active_agent: 'Cards',
      visited_agents: ['Front', 'Cards'],
      handoff_context: { reason: 'a lost card', note: 'blue', previous_agent: 'Front' },
    });
    expect(await contextOf()).not.toHaveProperty(PENDING_HANDOFF_KEY);
    expect((await contextOf())['handoff_context']).not.toHaveProperty('target_agent');
  });

  it('leave each agent its own thread, and what the caller said once in the history', async () => {
    script([toolCall('handoff_cards')], ['When?'], ['I see.']);
    await process.turn(sessionId, 'I lost my card');
    await process.turn(sessionId, 'Today');
    expect(model.shown).toEqual(['assistant: Cards here.', 'user: I lost my card', 'assistant: When?', 'user: Today']);
    expect(await harness.thread(sessionId, 'Front')).toEqual([
      'user: I lost my card',
      'assistant: ',
      'tool: {"ok":true,"agent":"Cards","context":{}}',
    ]);
    expect(await harness.thread(sessionId, 'Cards')).toEqual([
      'assistant: Cards here.',
      'assistant: When?',
      'user: Today',
      'assistant: I see.',
    ]);
  });

  it('greet a caller who comes back as one who comes back', async () => {
    script(
      [toolCall('handoff_cards')],
      ['When?'],
      [toolCall('handoff_front')],
      ['What else?'],
      [toolCall('handoff_cards')],
    );
    await process.turn(sessionId, 'My card');
    expect(told(await process.turn(sessionId, 'Something else'))).toContain('Front: You are back at the front desk.');
    expect(told(await process.turn(sessionId, 'My card again'))).toContain('Cards: Cards again.');
  });

  it('in a circle end with an answer', async () => {
    model.script = ({ tools }) => {
      const next = tools.find(({ name }) => name.startsWith('handoff_'));
      return next ? [toolCall(next.name)] : [];
    };
    const events = told(await process.turn(sessionId, 'Help'));
    expect(events.filter((event) => event.includes('>')).length).toBe(3);
    expect(events.at(-2)).toContain('What would you like me to do first?');
    expect(events.at(-1)).toBe('completed');
  });

  it('that nobody takes are told to the model', async () => {
    const origin = { actor: 'test', source: 'admin' } as const;
    await process.manager.setHandoff(sessionId, 'handoff_cards', 'Fraud', origin);
    script([toolCall('handoff_cards')], ['What happened?']);
    expect(told(await process.turn(sessionId, 'My card'))).toContain('Front > Fraud');
  });

  it('interrupted before the new agent has answered leave it what was said', async () => {
    let interrupt = () => undefined as void;
    script([toolCall('handoff_cards')], [() => (interrupt(), undefined), 'Never said.'], ['About your card?']);
    const memo = await process.memo(sessionId);
    interrupt = () => memo.setTtsInterrupted(true);
    expect(told(await process.turn(sessionId, 'I lost my card')).at(-1)).toBe('interrupted');
    await process.turn(sessionId, 'Hello?');
    expect(model.shown).toEqual(['assistant: Cards here.', 'user: I lost my card', 'user: Hello?']);
    await process.memos.release(memo);
  });

  describe('that a process has left undone', () => {
    it('are carried out by the next turn', async () => {
      const pending = { tool: 'handoff_cards', to: 'Cards', context: { reason: 'a lost card' } };
      sessionId = await harness.session(
        { op: 'setActiveAgent', agent: 'Front' },
        { op: 'setContext', key: PENDING_HANDOFF_KEY, value: pending },
      );
      script(['When did you lose it?']);
      expect(told(await process.turn(sessionId, 'Hello?'))).toEqual([
        'Front > Cards',
        'now Cards',
        'Cards: Cards here, about a lost card.',
        'Cards: When did you lose it?',
        'completed',
      ]);
      expect(shownIn(model.requests[0])).toEqual(['user: Hello?', 'assistant: Cards here, about a lost card.']);
      expect(await contextOf()).toMatchObject({ active_agent: 'Cards', handoff_context: { previous_agent: 'Front' } });
      expect(await contextOf()).not.toHaveProperty(PENDING_HANDOFF_KEY);
    });

    it.each([[{ tool: 'handoff_nobody', to: 'Nobody' }], ['nonsense'], [{ to: 7 }]])(
      'are dropped where nobody takes them: %j',
      async (value) => {
        sessionId = await harness.session({ op: 'setContext', key: PENDING_HANDOFF_KEY, value });
        script(['Hello.']);
        expect(told(await process.turn(sessionId, 'Hi'))).toEqual(['Front: Hello.', 'completed']);
        expect(await contextOf()).not.toHaveProperty(PENDING_HANDOFF_KEY);
      },
    );
  });

  it('to an agent that is no more end at the entry point, with a warning', async () => {
    sessionId = await harness.session({ op: 'setActiveAgent', agent: 'Gone' });
    const warned = harness.warnings();
    script(['Hello.']);
    expect(told(await process.turn(sessionId, 'Hi'))).toEqual(['Front: Hello.', 'completed']);
    expect((await contextOf())[ACTIVE_AGENT_KEY]).toBe('Front');
    expect(warned).toEqual([{ msg: expect.stringContaining('entry point') as string, sessionId }]);
  });
});
