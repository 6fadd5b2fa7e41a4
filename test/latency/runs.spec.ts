import { summarizeRuns } from '../../src/latency';
import type { LatencyRun, LatencySample, StageStats } from '../../src/store/session-state';
import { countSample } from '../../src/store/stage-stats';

function latencyOf(...samples: (LatencySample & { readonly stage: string })[]): Map<string, StageStats> {
  const latency = new Map<string, StageStats>();
  for (const { stage, ...sample } of samples) countSample(latency, stage, sample);
  return latency;
}

describe('the runs of a session', () => {
  it('are groups of samples, oldest first, each with its figures', () => {
    const runs = summarizeRuns(
      latencyOf(
        { stage: 'llm', seconds: 2, at: 120, run: 'second' },
        { stage: 'llm', seconds: 1, at: 100, run: 'first', meta: { label: 'greeting' } },
        { stage: 'stt', seconds: 0.5, at: 98, run: 'first' },
        { stage: 'llm', seconds: 9, at: 99 },
      ),
    );
    expect(runs.map(({ id, label, createdAt }) => [id, label, createdAt])).toEqual([
      ['first', 'greeting', 97.5],
      ['second', null, 118],
    ]);
    expect(runs[0]?.samples).toEqual([
      { stage: 'stt', seconds: 0.5, at: 98 },
      { stage: 'llm', seconds: 1, at: 100 },
    ]);
    expect(runs[0]?.stages['llm']).toMatchObject({ count: 1, min: 1, max: 1, p50: 1, p99: 1 });
  });

  it('are at most the newest 50, and of each the last 200 samples', () => {
    const samples = Array.from({ length: 60 }, (_, index) => ({
      stage: `stage-${index}`,
      seconds: 1,
      at: index,
      run: `run-${index}`,
    }));
    const older: LatencyRun = {
      id: 'long',
      label: null,
      createdAt: 1000,
      current: true,
      samples: Array.from({ length: 300 }, (_, index) => ({ stage: 'llm', dur: 1, end: index })),
    };
    const runs = summarizeRuns(latencyOf(...samples), [older]);
    expect(runs).toHaveLength(50);
    expect(runs[0]?.id).toBe('run-11');
    expect(runs.at(-1)?.samples.map(({ at }) => at)).toEqual(Array.from({ length: 200 }, (_, index) => 100 + index));
  });

  it('of an older service stand beside those of today, and no sample of them is there twice', () => {
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
    const latency = latencyOf(
      { stage: 'llm', seconds: 1, at: 11, run: 'old' },
      { stage: 'stt', seconds: 0.25, at: 0, run: 'old' },
      { stage: 'llm', seconds: 2, at: 30, run: 'new' },
    );
    const runs = summarizeRuns(latency, [older]);
    expect(runs.map(({ id, label, createdAt, samples }) => [id, label, createdAt, samples.length])).toEqual([
      ['old', 'turn', 10, 2],
      ['new', null, 28, 1],
    ]);
    expect(runs[0]?.stages).toMatchObject({ llm: { count: 1 }, stt: { count: 1 } });
  });

  it('are none where no sample names one', () => {
    expect(summarizeRuns(latencyOf({ stage: 'llm', seconds: 1, at: 1 }))).toEqual([]);
  });
});
