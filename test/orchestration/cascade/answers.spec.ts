import { ParleyError } from '../../../src/common/parley-error';
import type { TurnEvent } from '../../../src/orchestration/cascade';
import { FAILED, NOTHING_SAID } from '../../../src/orchestration/cascade/turn';
import { until } from '../../support/until';
import { type CallProcess, CascadeHarness, told } from './cascade.harness';
import { failing, ScriptedModel, type Step } from './scripted-model';

describe('a turn', () => {
  let harness: CascadeHarness;
  let model: ScriptedModel;
  let call: CallProcess;
  let sessionId: string;
  beforeAll(async () => {
    harness = await CascadeHarness.open();
    model = new ScriptedModel(() => []);
    call = harness.process(model);
  });
  beforeEach(async () => {
    sessionId = await harness.session();
  });
  afterEach(() => {
    model.requests.length = 0;
  });
  afterAll(() => harness.close());

  const script = (...answers: Step[][]) => {
    model.script = (_request, index) => answers[index] ?? ['Well.'];
  };

  it('shows the model the system prompt of the agent in charge first, and what was said', async () => {
    script(['Hello.'], ['Fine.']);
    await call.turn(sessionId, 'Hi there');
    await call.turn(sessionId, 'How are you?');
    expect(model.requests[1]?.messages).toEqual([
      { role: 'system', content: 'You are the front desk.' },
      { role: 'user', content: 'Hi there' },
      { role: 'assistant', content: 'Hello.' },
      { role: 'user', content: 'How are you?' },
    ]);
    const { history } = await harness.stores.store.load(sessionId);
    expect(history.get('Front')?.prompt).toMatchObject({ role: 'system', content: 'You are the front desk.' });
  });

  it('asks with the settings and the tools of the agent', async () => {
    script(['Hello.']);
    await call.turn(sessionId, 'Hi');
    const [request] = model.requests;
    expect(request?.settings).toEqual({ deployment: 'gpt-4.1', temperature: 0.7 });
    expect(request?.tools.map(({ name }) => name)).toEqual([
      'balance',
      'refuses',
      'fails',
      'hangs',
      'slow',
      'huge',
      'handoff_cards',
      'handoff_fraud',
    ]);
    expect(request?.tools.at(-1)).toMatchObject({ description: 'Hands the call over to Fraud: Stops fraud.' });
  });

  it('gives each sentence out while the answer goes on', async () => {
    let goOn = () => undefined as void;
    script(['Your balance', ' is twelve. And', () => new Promise<void>((resolve) => (goOn = resolve)), ' more.']);
    const turn = call.begin(sessionId, 'My balance?');
    await turn.has('sentence');
    expect(told(turn.events)).toEqual(['Front: Your balance is twelve.']);
    const memo = await call.memo(sessionId);
    expect(memo.playback.messages().map(({ content }) => content)).toEqual([
      {
        text: 'Your balance is twelve.',
        agent: 'Front',
        voice: { name: 'en-US-AvaMultilingualNeural' },
        locale: 'en-US',
        meta: { turn: turn.events[0]?.turnId, part: 0, message: 0, from: 0 },
      },
    ]);
    goOn();
    await turn.ended;
    expect(told(turn.events)).toEqual(['Front: Your balance is twelve.', 'Front: And more.', 'completed']);
    await memo.close();
  });

  it('is durable when it is completed', async () => {
    script(['Hello.']);
    const events = await call.turn(sessionId, 'Hi', { turnId: 'turn-a' });
    expect(events).toEqual<TurnEvent[]>([
      { turnId: 'turn-a', type: 'sentence', agent: 'Front', text: 'Hello.', part: 0 },
      { turnId: 'turn-a', type: 'completed', agent: 'Front', reply: 'Hello.' },
    ]);
    expect(await harness.messages(sessionId)).toMatchObject([
      { role: 'user', content: 'Hi', meta: { turn: 'turn-a' } },
      { role: 'assistant', content: 'Hello.', meta: { turn: 'turn-a', message: 0 } },
    ]);
  });

  it('says something where the model says nothing', async () => {
    script([]);
    expect(told(await call.turn(sessionId, 'Hm'))).toEqual([
      "Front: I'm sorry, I didn't catch that.",
      'Front: Could you say it again?',
      'completed',
    ]);
    expect(await harness.thread(sessionId)).toEqual(['user: Hm', `assistant: ${NOTHING_SAID}`]);
  });

  it('costs the model the same at its hundredth message', async () => {
    script();
    for (let index = 0; index < 30; index += 1) await call.turn(sessionId, `Question ${index}`);
    expect(model.requests[29]?.messages.length).toBe(1 + 40);
    expect(model.shown.at(-1)).toBe('user: Question 29');
  });

  describe('whose model fails', () => {
    const refused = new ParleyError('model_refused', 'The model refuses.');
    const apology = ["Front: I'm sorry, I'm having trouble with that right now.", 'Front: Could you say it again?'];

    it('before its first word says so, and the call goes on', async () => {
      script([failing(refused)], ['Now it works.']);
      const events = await call.turn(sessionId, 'Hi');
      expect(told(events)).toEqual([...apology, 'failed model_refused']);
      expect(events.at(-1)).toMatchObject({ agent: 'Front', retryable: false, reply: FAILED });
      expect(told(await call.turn(sessionId, 'Again'))).toEqual(['Front: Now it works.', 'completed']);
      expect(await harness.messages(sessionId)).toMatchObject([
        { content: 'Hi' },
        { content: FAILED, meta: { failed: 'model_refused' } },
        { content: 'Again' },
        { content: 'Now it works.' },
      ]);
    });

    it('in the middle keeps what was given out, and no more', async () => {
      script(['It is twelve. But the', failing(refused)]);
      expect(told(await call.turn(sessionId, 'Hi'))).toEqual([
        'Front: It is twelve.',
        ...apology,
        'failed model_refused',
      ]);
      expect(await harness.messages(sessionId)).toMatchObject([
        { content: 'Hi' },
        { content: 'It is twelve.', meta: { generated: 'It is twelve. But the' } },
        { content: FAILED },
      ]);
    });

    it('in a way that nobody foresaw is told as an internal error, without its text', async () => {
      script([failing(new Error('4111 1111 1111 1111'))]);
      const events = await call.turn(sessionId, 'Hi');
      expect(told(events)).toEqual([...apology, 'failed internal_error']);
      expect(JSON.stringify(events)).not.toContain('4111');
    });
  });

  it('of a session that there is not is refused', async () => {
    await expect(call.turn('nobody', 'Hi')).rejects.toMatchObject({ code: 'session_not_found' });
    await expect(call.turn('no/body', 'Hi')).rejects.toMatchObject({ code: 'session_not_found' });
  });

  it('is one after the other with the next, whoever reads the events', async () => {
    script(['One. Two.'], ['Three.']);
    const slow = call.cascade.processTurn(sessionId, 'Count');
    await slow.next();
    // Nobody reads on: the turn ends all the same.
    await until(async () => (await harness.stores.store.load(sessionId)).lease.until === 0);
    expect(told(await call.turn(sessionId, 'Go on'))).toEqual(['Front: Three.', 'completed']);
    expect(await harness.thread(sessionId)).toEqual([
      'user: Count',
      'assistant: One. Two.',
      'user: Go on',
      'assistant: Three.',
    ]);
    await slow.return?.();
  });
});
