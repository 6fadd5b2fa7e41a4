import { summarizeRuns } from '../../src/latency';
import type { Op } from '../../src/store/ops';
import type { LatencyRun } from '../../src/store/session-state';
import type { StoreHarness } from '../contract/session-store.contract';
import { embeddedHarness } from '../store/embedded.harness';
import { redisHarness } from '../store/redis.harness';

const sample = (stage: string, seconds: number, at: number, run?: string, label?: string): Op => ({
  op: 'recordLatency',
  stage,
  seconds,
  at,
  ...(run !== undefined && { run }),
  ...(label !== undefined && { meta: { other: '"label":"no"', label, nested: { label: 'no' } } }),
});

describe.each<[string, () => Promise<StoreHarness>]>([
  ['embedded', () => embeddedHarness(true)],
  ['Redis', () => redisHarness(undefined, true)],
])('the runs of a session in the %s store', (_name, open) => {
  let harness: StoreHarness;
  let sessions = 0;
  let batches = 0;
  beforeAll(async () => {
    harness = await open();
  });
  afterAll(() => harness.close());

  const runsAfter = async (...batchesOfOps: Op[][]) => {
    const sessionId = `runs-${(sessions += 1)}`;
    await harness.store.create(sessionId, 7200, { id: 'open', ops: [] });
    for (const ops of batchesOfOps) await harness.store.apply(sessionId, { id: `b${(batches += 1)}`, ops });
    return summarizeRuns((await harness.peer.load(sessionId)).runs);
  };

  it('are groups of samples in the order in which they began, each with its figures', async () => {
    const runs = await runsAfter(
      [sample('llm', 1, 100, 'first "run" \\'), sample('a "stage" \\', 0.5, 98, 'first "run" \\', 'Begrüßung "1"')],
      [sample('llm', 2, 120, 'second', 'x'), sample('llm', 9, 99)],
      [sample('llm', 1e-7, 121, 'first "run" \\', 'too late')],
    );
    expect(runs.map(({ id, label, createdAt }) => [id, label, createdAt])).toEqual([
      ['first "run" \\', 'Begrüßung "1"', 100],
      ['second', 'x', 120],
    ]);
    expect(runs[0]?.samples).toEqual([
      { stage: 'a "stage" \\', seconds: 0.5, at: 98 },
      { stage: 'llm', seconds: 1, at: 100 },
      { stage: 'llm', seconds: 1e-7, at: 121 },
    ]);
    expect(runs[0]?.stages['llm']).toMatchObject({ count: 2, min: 1e-7, max: 1 });
  });

  it('are the newest 50, each with its first 200 samples, whatever else is recorded', async () => {
    const long = Array.from({ length: 250 }, (_, index) => sample('llm', 1, 1000 + index, 'run-0'));
    const others = Array.from({ length: 59 }, (_, index) => sample('stt', 1, 2000 + index, `run-${index + 1}`));
    const begun = await runsAfter(long);
    expect(begun[0]?.samples.map(({ at }) => at)).toEqual(Array.from({ length: 200 }, (_, index) => 1000 + index));
    const runs = await runsAfter(long, others);
    expect(runs.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, index) => `run-${index + 10}`));
  });

  it('are timed by the store where a sample says no time', async () => {
    const [run] = await runsAfter([{ op: 'recordLatency', stage: 'llm', seconds: 1, run: 'r' }]);
    expect(run).toMatchObject({ createdAt: harness.now(), samples: [{ at: harness.now() }] });
  });
});

describe('the runs of an older service', () => {
  it('stand in the same form, without what is no sample, and can go on', () => {
    const older: LatencyRun = {
      id: 'old',
      label: 'turn',
      createdAt: 10,
      current: true,
      samples: [
        { stage: 'llm', start: 10, end: 11, dur: 1 },
        { stage: 'stt', dur: 0.25 },
        { stage: 'bad', dur: -1 },
        'noise',
      ],
    };
    const goesOn = { ...older, label: null, createdAt: 30, samples: [{ stage: 'llm', dur: 2, end: 30 }] };
    const runs = summarizeRuns([older, goesOn]);
    expect(runs.map(({ id, label, createdAt, samples }) => [id, label, createdAt, samples.length])).toEqual([
      ['old', 'turn', 10, 3],
    ]);
    expect(runs[0]?.stages).toMatchObject({ llm: { count: 2 }, stt: { count: 1 } });
  });

  it('are none where there was none', () => {
    expect(summarizeRuns([])).toEqual([]);
  });
});
