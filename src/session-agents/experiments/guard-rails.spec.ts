import type { GuardRail } from './experiment';
import type { VariantResults } from './experiment-results';
import { describeBreach, findBreach } from './guard-rails';

interface Shown {
  readonly turns?: number;
  readonly interruptions?: number;
  readonly p95?: number;
  readonly count?: number;
}

/** Guard-rails look at the figures alone. */
const INTERVALS = { p50: { low: 0, high: 0 }, p95: { low: 0, high: 0 } };

function results(name: string, { turns = 0, interruptions = 0, p95, count = 100 }: Shown): VariantResults {
  return {
    name,
    weight: 1,
    sessions: 1,
    turns,
    interruptions,
    interruptionRate: turns === 0 ? null : interruptions / turns,
    interruptionRateInterval: null,
    handoffs: 0,
    stages: p95 === undefined ? {} : { llm: { count, p50: p95 / 2, p90: p95, p95, p99: p95, intervals: INTERVALS } },
  };
}

const breach = (guardRail: GuardRail, control: Shown, variant: Shown) =>
  findBreach({ guardRails: [guardRail], control: 'a' }, [results('a', control), results('b', variant)]);

describe('a guard-rail with a bound', () => {
  const rail: GuardRail = { stage: 'llm', percentile: 'p95', bound: 2, minSamples: 50 };

  it('is broken by a figure above it', () => {
    const broken = breach(rail, { p95: 1 }, { p95: 2.5 });
    expect(broken).toEqual({ guardRail: rail, variant: 'b', value: 2.5, samples: 100, limit: 2, control: null });
    expect(broken && describeBreach(broken)).toBe(
      'Variant b: p95 of llm is 2.5 s over 100 samples, above the bound of 2 s.',
    );
  });

  it('is broken by the control as well', () => {
    expect(breach(rail, { p95: 3 }, { p95: 1 })).toMatchObject({ variant: 'a', value: 3 });
  });

  it('holds at the bound itself, with too few samples, and without any', () => {
    expect(breach(rail, { p95: 2 }, { p95: 2 })).toBeUndefined();
    expect(breach(rail, { p95: 1 }, { p95: 9, count: 49 })).toBeUndefined();
    expect(breach(rail, {}, {})).toBeUndefined();
  });

  it('looks at the percentile that it names', () => {
    expect(breach({ ...rail, percentile: 'p50' }, { p95: 1 }, { p95: 2.5 })).toBeUndefined();
  });

  it('counts turns where it is on the rate of interruptions', () => {
    const onRate: GuardRail = { metric: 'interruptionRate', bound: 0.5, minSamples: 10 };
    expect(breach(onRate, {}, { turns: 10, interruptions: 6 })).toMatchObject({ value: 0.6, samples: 10, limit: 0.5 });
    expect(breach(onRate, {}, { turns: 9, interruptions: 9 })).toBeUndefined();
  });
});

describe('a guard-rail with a ratio to the control', () => {
  const rail: GuardRail = { stage: 'llm', percentile: 'p95', ratioToControl: 1.5, minSamples: 50 };

  it('is broken by a figure that is more than such a multiple', () => {
    const broken = breach(rail, { p95: 1 }, { p95: 1.6 });
    expect(broken).toMatchObject({ variant: 'b', value: 1.6, limit: 1.5, control: { value: 1, samples: 100 } });
    expect(broken && describeBreach(broken)).toBe(
      "Variant b: p95 of llm is 1.6 s over 100 samples, above 1.5 times the control's 1 s (1.5 s).",
    );
    expect(breach(rail, { p95: 1 }, { p95: 1.5 })).toBeUndefined();
  });

  it('never holds the control against itself', () => {
    expect(breach({ ...rail, ratioToControl: 0.5 }, { p95: 1 }, { p95: 0.1 })).toBeUndefined();
  });

  it('says nothing before the control has enough samples too', () => {
    expect(breach(rail, { p95: 1, count: 49 }, { p95: 9 })).toBeUndefined();
    expect(breach(rail, {}, { p95: 9 })).toBeUndefined();
  });

  it('takes a control that was never interrupted for one that was once', () => {
    const onRate: GuardRail = { metric: 'interruptionRate', ratioToControl: 2, minSamples: 10 };
    expect(breach(onRate, { turns: 100 }, { turns: 100, interruptions: 2 })).toBeUndefined();
    const broken = breach(onRate, { turns: 100 }, { turns: 100, interruptions: 30 });
    expect(broken).toMatchObject({ value: 0.3, limit: 0.02 });
    expect(broken && describeBreach(broken)).toContain('interruptions per turn is 0.3 over 100 turns');
  });

  it('is checked beside its bound', () => {
    const both = { ...rail, bound: 5 };
    expect(breach(both, { p95: 4 }, { p95: 5.5 })).toMatchObject({ limit: 5, control: null });
    expect(breach(both, { p95: 1 }, { p95: 4 })).toMatchObject({ limit: 1.5 });
  });
});

describe('guard-rails', () => {
  it('of another release, or on a stage that JavaScript knows by name, hold', () => {
    const unknown = { metric: 'tokens', bound: 0, minSamples: 1 } as unknown as GuardRail;
    expect(breach(unknown, {}, { turns: 10, interruptions: 10 })).toBeUndefined();
    const odd: GuardRail = { stage: 'constructor', percentile: 'p95', bound: 0, minSamples: 1 };
    expect(breach(odd, {}, { p95: 1 })).toBeUndefined();
  });
});
