import { until } from '../../support/until';
import { type CallProcess, CascadeHarness } from './cascade.harness';
import { call as toolCall, failing, ScriptedModel, STALL, type Step } from './scripted-model';

describe('the stages of a turn', () => {
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
  afterAll(() => harness.close());

  const script = (...answers: Step[][]) => {
    model.script = (_request, index) => answers[index] ?? ['Well.'];
  };
  /** Time goes on while the model is silent. */
  const after =
    (seconds: number): Step =>
    () => {
      harness.clock.advance(seconds);
      return undefined;
    };
  /** Milliseconds of each sample of a turn, by stage. */
  const stagesOf = async (run: string) => {
    const { latency } = await harness.stores.store.load(sessionId);
    const stages = [...latency].map(([stage, { recent }]) => {
      const own = recent.filter((sample) => sample.run === run);
      return [stage, own.map(({ seconds }) => Math.round(seconds * 1000))] as const;
    });
    return Object.fromEntries(stages.filter(([, samples]) => samples.length > 0));
  };

  it('are measured across tools and handoffs, each by its own clock', async () => {
    script(
      [after(0.1), 'One moment.', after(0.2), ' So', toolCall('balance', { account: 'a' })],
      [after(0.3), toolCall('handoff_cards')],
      [after(0.4), 'When was', after(0.05), ' it?', after(0.01)],
    );
    await process.turn(sessionId, 'My card', { turnId: 'turn-a' });
    expect(await stagesOf('turn-a')).toEqual({
      llm_ttft: [100, 300, 400],
      llm_ttfat: [100, 400],
      llm: [300, 300, 460],
      aggregation: [200, 60],
      tool: [0],
      handoff: [0],
    });
  });

  it('end with the first sentence that somebody plays', async () => {
    script([after(0.1), 'Hello. And', after(0.2), ' more.']);
    const memo = await process.memo(sessionId);
    await process.turn(sessionId, 'Hi', { turnId: 'turn-a', speechEndedAgoSeconds: 0.5 });
    expect(await stagesOf('turn-a')).not.toHaveProperty('turn_e2e');
    harness.clock.advance(0.2);
    await memo.playback.getNextMessage();
    await until(async () => 'turn_e2e' in (await stagesOf('turn-a')));
    await memo.playback.messageDone(1);
    await memo.playback.getNextMessage();
    expect((await stagesOf('turn-a'))['turn_e2e']).toEqual([1000]);
    await process.memos.release(memo);
  });

  it('are absent where nothing was measured', async () => {
    script([after(0.1), failing(new Error('gone'))]);
    await process.turn(sessionId, 'Hi', { turnId: 'turn-a' });
    expect(await stagesOf('turn-a')).toEqual({});
    script([], [after(0.1), 'So it', STALL]);
    const memo = await process.memo(sessionId);
    const turn = process.begin(sessionId, 'Hi', { turnId: 'turn-b' });
    await until(() => model.requests.length === 2);
    await until(async () => Object.keys(await stagesOf('turn-b')).length > 0 || (memo.persistBackground(), false));
    memo.setTtsInterrupted(true);
    await turn.ended;
    expect(Object.keys(await stagesOf('turn-b')).sort()).toEqual(['llm_ttfat', 'llm_ttft']);
    await process.memos.release(memo);
  });
});
