import { waterfallOf } from './waterfall';

describe('the waterfall of a turn', () => {
  it('has each stage from where it began, however they overlap', () => {
    const { bars, totalMs } = waterfallOf({
      id: 'turn-1',
      label: null,
      createdAt: 100,
      samples: [
        { stage: 'llm', seconds: 0.5, at: 100.75 },
        { stage: 'turn_e2e', seconds: 1, at: 101 },
      ],
    });
    expect(bars).toEqual([
      { stage: 'turn_e2e', startMs: 0, lengthMs: 1000 },
      { stage: 'llm', startMs: 250, lengthMs: 500 },
    ]);
    expect(totalMs).toBe(1000);
  });

  it('stands at the beginning of the turn where an older service did not say when', () => {
    const { bars } = waterfallOf({
      id: 'turn-1',
      label: null,
      createdAt: null,
      samples: [{ stage: 'stt', seconds: 0.25, at: null }],
    });
    expect(bars).toEqual([{ stage: 'stt', startMs: 0, lengthMs: 250 }]);
  });

  it('is empty without a sample', () => {
    expect(waterfallOf({ id: 'turn-1', label: null, createdAt: 1, samples: [] })).toMatchObject({
      bars: [],
      totalMs: 0,
    });
  });
});
