import type { MemoManager } from '../../../src/memo';
import { until } from '../../support/until';
import { type CallProcess, CascadeHarness, told } from './cascade.harness';
import { call as toolCall, ScriptedModel, type Step } from './scripted-model';

const ORIGIN = { actor: 'test', source: 'admin' } as const;

describe("what is changed of a session's agents in the middle of a call", () => {
  let harness: CascadeHarness;
  let model: ScriptedModel;
  let process: CallProcess;
  /** Where an operator works. */
  let other: CallProcess;
  let sessionId: string;
  beforeAll(async () => {
    harness = await CascadeHarness.open({ store: 'redis' });
    model = new ScriptedModel(() => []);
    process = harness.process(model);
    other = harness.process(model);
  });
  beforeEach(async () => {
    sessionId = await harness.session();
    model.requests.length = 0;
  });
  afterAll(() => harness.close());

  const script = (...answers: Step[][]) => {
    model.script = (_request, index) => answers[index] ?? ['Well.'];
  };
  const override = (patch: object) => other.manager.override(sessionId, 'Front', patch, 'merge', ORIGIN);
  const promptOf = (index: number) => model.requests[index]?.messages[0]?.content;
  /** The process of the call has been told. */
  const heard = (memo: MemoManager, { revision }: { readonly revision: number }) =>
    until(() => memo.revision >= revision);
  /** Changes it while a tool runs, and goes on once the call has been told. */
  const whileToolRuns = async (change: () => Promise<{ revision: number }>) => {
    const turn = process.begin(sessionId, 'Do it');
    await turn.has('toolStarted');
    const memo = await process.memo(sessionId);
    await heard(memo, await change());
    harness.tools.finish({ done: true });
    await turn.ended;
    await process.memos.release(memo);
  };

  it('is in effect in the next answer, in the same turn', async () => {
    script([toolCall('slow')], ['Done.']);
    await whileToolRuns(() => override({ prompt: 'Be brief.', model: { temperature: 0.1 }, tools: ['balance'] }));
    expect([promptOf(0), promptOf(1)]).toEqual(['You are the front desk.', 'Be brief.']);
    expect(model.requests[1]?.settings).toMatchObject({ temperature: 0.1 });
    expect(model.requests[1]?.tools.map(({ name }) => name)).toEqual(['balance']);
  });

  it('is in effect in the next turn', async () => {
    script();
    await process.turn(sessionId, 'Hi');
    const memo = await process.memo(sessionId);
    await heard(memo, await override({ prompt: 'Be brief, {{ slots.name }}.' }));
    memo.updateSlots({ name: 'Ada' });
    await memo.persist();
    await process.turn(sessionId, 'Hi');
    memo.updateSlots({ name: 'Bo' });
    await process.turn(sessionId, 'Hi');
    await process.turn(sessionId, 'Hi');
    expect([0, 1, 2, 3].map(promptOf)).toEqual([
      'You are the front desk.',
      'Be brief, Ada.',
      'Be brief, Bo.',
      'Be brief, Bo.',
    ]);
    expect((await harness.stores.store.load(sessionId)).history.get('Front')?.prompt?.content).toBe('Be brief, Bo.');
    await process.memos.release(memo);
  });

  it('is the variant of an experiment as well', async () => {
    const overrides = { prompt: 'Variant b.' };
    const assignment = { experimentId: 'brevity', variant: 'b', reason: 'STATIC', agent: 'Front', overrides } as const;
    script([toolCall('slow')], ['Done.']);
    await whileToolRuns(() => other.manager.setExperiment(sessionId, assignment, ORIGIN));
    expect(promptOf(1)).toBe('Variant b.');
  });

  it('leaves the call with the entry point where its agent is taken away', async () => {
    const agent = {
      name: 'Guest',
      description: 'A guest.',
      prompt: 'You are a guest.',
      tools: ['slow'],
      handoff: { trigger: 'handoff_guest' },
    };
    await other.manager.createAgent(sessionId, agent, ORIGIN);
    await override({ tools: ['handoff_guest'] });
    script([toolCall('handoff_guest')], [toolCall('slow')], ['Front again.']);
    const warned = harness.warnings();
    const turn = process.begin(sessionId, 'A guest, please');
    await turn.has('toolStarted', 2);
    const memo = await process.memo(sessionId);
    await heard(memo, await other.manager.remove(sessionId, 'Guest', ORIGIN));
    harness.tools.finish({ done: true });
    await turn.ended;
    expect(told(turn.events).slice(-2)).toEqual(['Front: Front again.', 'completed']);
    expect(warned).toEqual([{ msg: expect.stringContaining('entry point') as string, sessionId }]);
    jest.restoreAllMocks();
    await process.memos.release(memo);
  });
});
