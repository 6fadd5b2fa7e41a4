import { until } from '../../support/until';
import { type CallProcess, CascadeHarness, told } from './cascade.harness';
import { call as toolCall, ScriptedModel, STALL, type Step } from './scripted-model';

/** A turn that is asked for again, because no answer to it came. */
describe('a turn that is asked for again under its name', () => {
  let harness: CascadeHarness;
  let model: ScriptedModel;
  let mine: CallProcess;
  let theirs: CallProcess;
  let sessionId: string;
  beforeEach(async () => {
    harness = await CascadeHarness.open();
    model = new ScriptedModel(() => ['Well.']);
    mine = harness.process(model);
    theirs = harness.process(model);
    sessionId = await harness.session();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await harness.close();
  });
  const script = (...answers: Step[][]) => {
    model.script = (_request, index) => answers[index] ?? ['Well.'];
  };
  const turnId = 'turn-7';

  it.each(['this', 'another'])('is answered with what it ended with, in %s process', async (where) => {
    script([toolCall('handoff_cards')], ['I see. Which card?']);
    const [first] = (await mine.turn(sessionId, 'My card is gone', { turnId })).slice(-1);
    const again = await (where === 'this' ? mine : theirs).turn(sessionId, 'My card is gone', { turnId });
    expect(again).toEqual([first]);
    expect(first).toMatchObject({ type: 'completed', agent: 'Cards' });
    expect(model.requests.length).toBe(2);
    expect(await harness.thread(sessionId)).toContain('user: My card is gone');
    expect((await harness.thread(sessionId)).filter((line) => line.startsWith('user'))).toHaveLength(1);
  });

  it('waits for the end of the first attempt, and does not interrupt it', async () => {
    let goOn = () => undefined as void;
    script(['One. And', () => new Promise<void>((resolve) => (goOn = resolve))]);
    const first = mine.begin(sessionId, 'a', { turnId });
    await first.has('sentence');
    const second = theirs.begin(sessionId, 'a', { turnId });
    await until(() => theirs.memos.liveSessions === 1);
    goOn();
    expect((await first.ended)?.type).toBe('completed');
    expect(await second.ended).toEqual(await first.ended);
    expect(await harness.thread(sessionId)).toEqual(['user: a', 'assistant: One. And']);
  });

  it('is taken up where its first attempt was given up, and what the caller said stays once', async () => {
    script(['Half an answer. And', STALL], ['A whole one.']);
    const hangUp = new AbortController();
    const first = mine.begin(sessionId, 'a', { turnId, signal: hangUp.signal });
    await first.has('sentence');
    hangUp.abort();
    expect((await first.ended)?.type).toBe('interrupted');
    expect(told(await theirs.turn(sessionId, 'a', { turnId }))).toEqual(['Front: A whole one.', 'completed']);
    expect(await harness.thread(sessionId)).toEqual([
      'user: a',
      'assistant: Half an answer.',
      'assistant: A whole one.',
    ]);
    expect(model.shown.at(-1)).toBe('user: a');
  });

  it('stays interrupted where the caller has said something else since', async () => {
    script(['Half an answer. And', STALL], ['Sure.']);
    const first = mine.begin(sessionId, 'a', { turnId });
    await first.has('sentence');
    await mine.turn(sessionId, 'wait, b');
    const again = await mine.turn(sessionId, 'a', { turnId });
    expect(again).toEqual([
      { type: 'interrupted', turnId, agent: 'Front', heard: 'Half an answer.', generated: 'Half an answer. And' },
    ]);
    expect(model.requests.length).toBe(2);
  });

  it('without a name is another turn', async () => {
    await mine.turn(sessionId, 'a');
    await mine.turn(sessionId, 'a');
    expect(await harness.thread(sessionId)).toEqual(['user: a', 'assistant: Well.', 'user: a', 'assistant: Well.']);
  });
});
