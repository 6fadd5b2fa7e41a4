import type { MemoManager } from '../../../src/memo';
import type { StoreKind } from '../../support/store-data';
import { until } from '../../support/until';
import { type CallProcess, CascadeHarness, told } from './cascade.harness';
import { call as toolCall, ScriptedModel, STALL, type Step } from './scripted-model';

describe.each<StoreKind>(['embedded', 'redis'])('an interruption of the agent, on the %s store', (store) => {
  let harness: CascadeHarness;
  let model: ScriptedModel;
  let mine: CallProcess;
  /** Plays what the agent says, in another process. */
  let theirs: CallProcess;
  let sessionId: string;
  let memo: MemoManager;
  let player: MemoManager;
  beforeAll(async () => {
    harness = await CascadeHarness.open({ store });
    model = new ScriptedModel(() => []);
    mine = harness.process(model);
    theirs = harness.process(model);
  });
  beforeEach(async () => {
    sessionId = await harness.session();
    memo = await mine.memo(sessionId);
    player = await theirs.memo(sessionId);
    model.requests.length = 0;
    model.aborted = 0;
  });
  afterEach(async () => {
    await mine.memos.release(memo);
    await theirs.memos.release(player);
  });
  afterAll(() => harness.close());

  const script = (...answers: Step[][]) => {
    model.script = (_request, index) => answers[index] ?? ['Well.'];
  };
  /** Takes the next message to be played, and says its number. */
  const take = async (of = player) => {
    let number: number | undefined;
    await until(async () => (number = (await of.playback.getNextMessage())?.number) !== undefined);
    await until(() => memo.playback.isProcessing());
    return number as number;
  };
  const play = async (of = player) => of.playback.messageDone(await take(of));
  const lastReply = async () => (await harness.messages(sessionId)).findLast(({ role }) => role === 'assistant');
  const isCutTo = (content: string) => until(async () => (await lastReply())?.content === content);

  it('ends the answer of the model in the same turn of the event loop', async () => {
    script(['It is twelve. And', STALL]);
    const turn = mine.begin(sessionId, 'My balance?');
    await turn.has('sentence');
    memo.setTtsInterrupted(true);
    expect(model.requests[0]?.signal.aborted).toBe(true);
    expect(await turn.ended).toMatchObject({ type: 'interrupted', agent: 'Front', generated: 'It is twelve. And' });
    expect(model.aborted).toBe(1);
  });

  it('in another process ends it too, and cuts the history to what was heard', async () => {
    script(['It is twelve. And it was ten. Well', STALL], ['Go on.']);
    const turn = mine.begin(sessionId, 'My balance?');
    await turn.has('sentence', 2);
    await play();
    const second = await take();
    await player.setTtsInterruptedLive(true);
    expect(await turn.ended).toMatchObject({ type: 'interrupted', heard: 'It is twelve.' });
    const generated = 'It is twelve. And it was ten. Well';
    expect(await lastReply()).toMatchObject({
      content: 'It is twelve.',
      meta: { generated, interrupted: { cause: 'barge_in', offset: 13 } },
    });
    await player.playback.messageDone(second, 6);
    await isCutTo('It is twelve. And it');
    expect((await lastReply())?.meta).toMatchObject({ generated, interrupted: { cause: 'barge_in', offset: 20 } });
    await mine.turn(sessionId, 'Stop');
    expect(model.shown).toEqual(['user: My balance?', 'assistant: It is twelve. And it', 'user: Stop']);
  });

  it('after the end of the turn, while the reply is played, cuts it as well', async () => {
    script(['It is twelve. And it was ten.']);
    await mine.turn(sessionId, 'My balance?');
    const first = await take();
    await player.setTtsInterruptedLive(true);
    await isCutTo('');
    await player.playback.messageDone(first, 5);
    await isCutTo('It is');
    expect((await lastReply())?.meta).toMatchObject({
      generated: 'It is twelve. And it was ten.',
      interrupted: { cause: 'barge_in', offset: 5 },
    });
  });

  it('of a reply whose process is gone is made good by the next turn', async () => {
    script(['It is twelve. And it was ten.'], ['Go on.']);
    const gone = harness.process(model);
    await gone.turn(sessionId, 'My balance?');
    await gone.close();
    const first = await take();
    await player.setTtsInterruptedLive(true);
    await player.playback.messageDone(first, 5);
    expect((await lastReply())?.content).toBe('It is twelve. And it was ten.');
    await theirs.turn(sessionId, 'Stop');
    expect(model.shown).toEqual(['user: My balance?', 'assistant: It is', 'user: Stop']);
    expect((await harness.messages(sessionId))[1]?.meta).toMatchObject({ interrupted: { offset: 5 } });
  });

  it('by whoever says what was heard is taken at his word', async () => {
    script(['It is twelve. And it was ten.']);
    await mine.turn(sessionId, 'My balance?');
    await take();
    const { seq } = (await lastReply()) as { seq: number };
    await until(() => player.lastMessages('Front', 1)[0]?.seq === seq);
    player.setTtsInterrupted(true, { cause: 'button', spoken: { seq, characters: 8 } });
    await player.persist();
    await until(() => memo.epoch === 1);
    await memo.persist();
    expect(await lastReply()).toMatchObject({
      content: 'It is tw',
      meta: { interrupted: { cause: 'button', offset: 8 } },
    });
  });

  it('leaves alone what was played to its end', async () => {
    script(['It is twelve.']);
    await mine.turn(sessionId, 'My balance?');
    await play();
    await player.setTtsInterruptedLive(true);
    await until(() => memo.epoch === 1);
    await mine.turn(sessionId, 'Thanks');
    expect(await harness.thread(sessionId)).toEqual([
      'user: My balance?',
      'assistant: It is twelve.',
      'user: Thanks',
      'assistant: Well.',
    ]);
  });

  it('is what a second transcript is, while the first is being answered or played', async () => {
    script(['It is twelve. And', STALL], ['What is it?'], ['I see.']);
    const first = mine.begin(sessionId, 'My balance?');
    await first.has('sentence');
    expect(told(await mine.turn(sessionId, 'No, wait'))).toEqual(['Front: What is it?', 'completed']);
    expect(await first.ended).toMatchObject({ type: 'interrupted' });
    const number = await take();
    await mine.turn(sessionId, 'My card');
    await player.playback.messageDone(number, 4);
    await until(async () => (await harness.messages(sessionId))[3]?.content === 'What');
    expect(
      (await harness.messages(sessionId)).filter(({ role }) => role === 'user').map(({ content }) => content),
    ).toEqual(['My balance?', 'No, wait', 'My card']);
  });

  it('is not the next transcript where nobody plays what the agent says', async () => {
    script(['It is twelve. And it was ten.'], ['I see.']);
    await mine.turn(sessionId, 'My balance?');
    await mine.turn(sessionId, 'Thanks');
    expect(memo.epoch).toBe(0);
    expect(model.shown).toEqual(['user: My balance?', 'assistant: It is twelve. And it was ten.', 'user: Thanks']);
    expect(memo.playback.messages().map(({ state }) => state)).toEqual(['dropped', 'dropped', 'queued']);
  });

  it('keeps the call of a tool and its result together, or neither', async () => {
    script(['One moment. So', toolCall('balance', { account: 'a' }), STALL], ['Go on.']);
    const turn = mine.begin(sessionId, 'My balance?');
    await turn.has('sentence');
    memo.setTtsInterrupted(true);
    await turn.ended;
    await mine.turn(sessionId, 'Stop');
    expect(model.requests[1]?.messages.flatMap((message) => ('toolCalls' in message ? 1 : []))).toEqual([]);
    expect(harness.tools.begun).toEqual([]);
  });

  it('as the signal of whoever asked keeps what was given out', async () => {
    script(['It is twelve. And', STALL], ['Go on.']);
    const stop = new AbortController();
    const turn = mine.begin(sessionId, 'My balance?', { signal: stop.signal });
    await turn.has('sentence');
    stop.abort();
    expect(await turn.ended).toMatchObject({ type: 'interrupted' });
    expect(await lastReply()).toMatchObject({ content: 'It is twelve.', meta: { generated: 'It is twelve. And' } });
    expect(memo.epoch).toBe(0);
  });

  it('as a reader who leaves does the same', async () => {
    script(['It is twelve. And', STALL]);
    for await (const event of mine.cascade.processTurn(sessionId, 'My balance?')) if (event.type === 'sentence') break;
    expect(model.aborted).toBe(1);
    expect(await lastReply()).toMatchObject({ content: 'It is twelve.' });
    expect((await harness.stores.store.load(sessionId)).lease.until).toBe(0);
  });
});
