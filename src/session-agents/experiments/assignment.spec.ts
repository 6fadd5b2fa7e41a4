import { assign, assignmentReport, drawOf, variantAt } from './assignment';
import type { Experiment, Variant } from './experiment';

const SESSIONS = 100_000;
/** 99.9 % of the chi-square distribution, by degrees of freedom. */
const CRITICAL: Readonly<Record<number, number>> = { 1: 10.83, 2: 13.82, 3: 16.27, 9: 27.88 };

const variantsOf = (weights: readonly number[]): Variant[] =>
  weights.map((weight, index) => ({ name: `v${index}`, weight, overrides: {} }));

function experiment(id: string, members: Partial<Experiment> = {}): Experiment {
  return {
    id,
    description: '',
    agent: 'Concierge',
    variants: variantsOf([1, 1]),
    control: 'v0',
    traffic: 1,
    status: 'running',
    guardRails: [],
    createdAt: 1,
    updatedAt: 1,
    history: [],
    version: 1,
    ...members,
  };
}

function chiSquare(observed: readonly number[], expected: readonly number[]): number {
  return observed.reduce(
    (sum, count, index) => sum + (count - (expected[index] ?? 0)) ** 2 / (expected[index] ?? 0),
    0,
  );
}

describe('the draw of a session in an experiment', () => {
  it.each([
    ['greeting-1', 'call-1', { traffic: 0.13702509997162693, variant: 0.9432015027526681 }],
    ['greeting-1', 'call-2', { traffic: 0.24103733167750008, variant: 0.966115184903245 }],
    ['greeting-2', 'call-1', { traffic: 0.8022101168956226, variant: 0.8149625185505975 }],
    ['a', '0190b6f0-0000-7000-8000-000000000001', { traffic: 0.3484014027097473, variant: 0.5646443557288094 }],
  ])('of %s and %s is the one that it has always been', (experimentId, sessionId, draw) => {
    expect(drawOf(experimentId, sessionId)).toEqual(draw);
  });

  it.each([[[1, 1]], [[1, 2, 3]], [[90, 10]], [[0.5, 0.25, 0.125, 0.125]], [Array<number>(10).fill(7)]])(
    'splits sessions in proportion to the weights %j',
    (weights) => {
      const variants = variantsOf(weights);
      const counts = new Map(variants.map(({ name }) => [name, 0]));
      for (let index = 0; index < SESSIONS; index += 1) {
        const { name } = variantAt(drawOf('split', `call-${index}`).variant, variants);
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
      const sum = weights.reduce((left, right) => left + right);
      const expected = weights.map((weight) => (SESSIONS * weight) / sum);
      expect(chiSquare([...counts.values()], expected)).toBeLessThan(CRITICAL[weights.length - 1] ?? 0);
    },
  );

  it.each([
    ['traffic and variant of one experiment', (id: string) => [drawOf('one', id).traffic, drawOf('one', id).variant]],
    ['the variants of two experiments', (id: string) => [drawOf('one', id).variant, drawOf('two', id).variant]],
    ['the traffic of two experiments', (id: string) => [drawOf('one', id).traffic, drawOf('two', id).traffic]],
  ])('says of %s nothing by each other', (_what, pairOf) => {
    const cells = [0, 0, 0, 0];
    for (let index = 0; index < SESSIONS; index += 1) {
      const [left = 0, right = 0] = pairOf(`call-${index}`);
      const cell = (left < 0.5 ? 0 : 2) + (right < 0.5 ? 0 : 1);
      cells[cell] = (cells[cell] ?? 0) + 1;
    }
    expect(chiSquare(cells, Array<number>(4).fill(SESSIONS / 4))).toBeLessThan(CRITICAL[3] ?? 0);
  });

  it('ends in the last variant at the most', () => {
    const variants = variantsOf([0.1, 0.2, 0.3]);
    expect(variantAt(0, variants).name).toBe('v0');
    expect(variantAt(1 - 2 ** -48, variants).name).toBe('v2');
    expect(variantAt(1, variants).name).toBe('v2');
  });
});

describe('the assignment of a new session', () => {
  const sessions = Array.from({ length: 10_000 }, (_, index) => `call-${index}`);

  it('holds all that the session needs of its variant', () => {
    const overrides = { greeting: 'Hello' };
    const only = experiment('one', { variants: [{ name: 'b', weight: 1, overrides }] });
    expect(assign([only], 'call')).toEqual({
      experimentId: 'one',
      variant: 'b',
      reason: 'SPLIT',
      agent: 'Concierge',
      overrides,
    });
  });

  it('takes the share of sessions that the traffic says, and moves none when that changes', () => {
    const at = (traffic: number) => sessions.map((id) => assign([experiment('one', { traffic })], id)?.variant);
    const [little, much, all] = [at(0.2), at(0.7), at(1)];
    expect(at(0).every((variant) => variant === undefined)).toBe(true);
    expect(little.filter((variant) => variant !== undefined).length / sessions.length).toBeCloseTo(0.2, 1);
    expect(all).not.toContain(undefined);
    for (const [index] of sessions.entries()) {
      if (little[index] !== undefined) expect(much[index]).toBe(little[index]);
      if (much[index] !== undefined) expect(all[index]).toBe(much[index]);
    }
  });

  it('is in the first experiment that takes it', () => {
    const [first, second] = [experiment('one', { traffic: 0.5 }), experiment('two')];
    const taken = sessions.map((id) => assign([first, second], id)?.experimentId);
    expect(taken).toEqual(sessions.map((id) => assign([first], id)?.experimentId ?? 'two'));
    expect(assign([], 'call')).toBeUndefined();
  });

  it("is reported in OpenFeature's terms", () => {
    const assignment = assign([experiment('one')], 'call-1');
    expect(assignmentReport(assignment)).toEqual({ flagKey: 'one', variant: assignment?.variant, reason: 'SPLIT' });
    const tag = { experimentId: 'x', variant: 'y', reason: 'STATIC' } as const;
    expect(assignmentReport(tag)).toEqual({ flagKey: 'x', variant: 'y', reason: 'STATIC' });
    expect(assignmentReport(undefined)).toEqual({ flagKey: null, variant: null, reason: 'DEFAULT' });
  });
});
