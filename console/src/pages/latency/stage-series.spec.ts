import type { SeriesPoint } from './latency-api';
import { columnsOf, seriesOf } from './stage-series';

const point = (stage: string, minute: number, members: Partial<SeriesPoint> = {}): SeriesPoint => ({
  minute,
  stage,
  agent: null,
  variant: null,
  count: 1,
  p50Ms: 10,
  p95Ms: 20,
  p99Ms: 30,
  breaches: 0,
  ...members,
});

describe('the latency of stages over time', () => {
  it('begins with what callers notice, and leaves out the service’s own unless asked for', () => {
    const series = { fromMinute: 0, budgets: {}, points: [point('store', 0), point('llm', 0), point('turn_e2e', 0)] };
    expect(seriesOf(series, false).map(({ stage }) => stage)).toEqual(['turn_e2e', 'llm']);
    expect(seriesOf(series, true).map(({ stage }) => stage)).toContain('store');
  });

  it('is percentiles of all calls, with budget and breaches', () => {
    const points = [point('llm', 0, { breaches: 2 }), point('llm', 60, { breaches: 1 })];
    const [llm] = seriesOf({ fromMinute: 0, budgets: { llm: 500 }, points }, false);
    expect(llm).toMatchObject({ budgetMs: 500, breaches: 3 });
    expect(llm?.lines.map(({ label }) => label)).toEqual(['p50', 'p95', 'p99']);
  });

  it('is one line for each agent', () => {
    const points = [point('llm', 0, { agent: 'Front' }), point('llm', 0, { agent: 'Fraud', p95Ms: 40 })];
    const [llm] = seriesOf({ fromMinute: 0, budgets: {}, points }, false);
    expect(llm?.lines.map(({ label, byMinute }) => [label, byMinute.get(0)])).toEqual([
      ['Front p95', 20],
      ['Fraud p95', 40],
    ]);
  });

  it('has a gap where nothing was measured', () => {
    const lines = [{ label: 'p50', byMinute: new Map([[120, 7]]) }];
    expect(columnsOf(lines, 60, 3)).toEqual([
      [60, 120, 180],
      [null, 7, null],
    ]);
  });
});
