import type { VariantResults } from './experiments-api';
import { measuresOf } from './measures';

const interval = (low: number, high: number) => ({ low, high });
const stage = (p50: number) => ({
  count: 9,
  p50,
  p90: p50,
  p95: p50 * 2,
  p99: p50 * 2,
  intervals: { p50: interval(p50 / 2, p50 * 2), p95: interval(p50, p50 * 3) },
});
const variant = (name: string, members: Partial<VariantResults>): VariantResults => ({
  name,
  weight: 1,
  sessions: 0,
  turns: 0,
  interruptions: 0,
  interruptionRate: null,
  interruptionRateInterval: null,
  handoffs: 0,
  stages: {},
  ...members,
});

describe('what is compared of the variants of an experiment', () => {
  const measures = measuresOf([
    variant('plain', {
      interruptionRate: 0.2,
      interruptionRateInterval: interval(0.1, 0.4),
      stages: { llm: stage(1) },
    }),
    variant('warm', { stages: { turn_e2e: stage(2) } }),
  ]);

  it('is what callers notice, and then every stage', () => {
    expect(measures.map(({ name }) => name)).toEqual([
      'Interruptions per turn',
      'turn_e2e, p50',
      'turn_e2e, p95',
      'llm, p50',
      'llm, p95',
    ]);
  });

  it('has each figure with its interval, and none where nothing was measured', () => {
    expect(measures[0]?.figures).toEqual([
      { variant: 'plain', figure: { value: 0.2, low: 0.1, high: 0.4 } },
      { variant: 'warm', figure: null },
    ]);
    expect(measures[1]?.figures[1]?.figure).toEqual({ value: 2, low: 1, high: 4 });
  });

  it('is on one scale that holds every interval', () => {
    expect(measures.map(({ most }) => most)).toEqual([0.4, 4, 6, 2, 3]);
  });
});
