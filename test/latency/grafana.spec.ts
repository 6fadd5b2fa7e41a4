import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { parseLabelValues, parseQuery, type Selector } from './promql';
import { startLatencyService } from './latency.service';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}
interface Dashboard {
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly type: string;
      readonly query: string | { readonly query: string };
    }[];
  };
}

/** What Prometheus adds to every series it scrapes. */
const TARGET_LABELS = ['instance', 'job'];

const dashboard = JSON.parse(readFileSync(join(__dirname, '../../config/grafana/parley.json'), 'utf8')) as Dashboard;
const { list: variables } = dashboard.templating;
const queries = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr, legendFormat }) => [title, expr, legendFormat] as const),
);
const variableQueries = variables.flatMap(({ query }) => (typeof query === 'string' ? [] : [query.query]));

describe('the Grafana dashboard', () => {
  /** Labels by name of a series, as Prometheus scrapes them. */
  const labelsOf = new Map<string, readonly string[]>();
  let scraped: string;
  beforeAll(async () => {
    // Some metrics are there only where there is an archive.
    const folder = mkdtempSync(join(tmpdir(), 'parley-grafana-'));
    const { app, close } = await startLatencyService({ ARCHIVE_DIR: folder });
    scraped = (await app.inject({ method: 'GET', url: '/metrics' })).body;
    const registry = app.get<Registry>(Registry, { strict: false });
    for (const [, name = '', type] of scraped.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
      const { labelNames = [] } = registry.getSingleMetric(name) as unknown as { labelNames?: string[] };
      const labels = [...labelNames, ...TARGET_LABELS];
      if (type !== 'histogram') labelsOf.set(name, labels);
      else {
        labelsOf.set(`${name}_bucket`, [...labels, 'le']);
        for (const suffix of ['_sum', '_count']) labelsOf.set(name + suffix, labels);
      }
    }
    await close();
    rmSync(folder, { recursive: true });
  });

  function expectKnown({ metric, labels }: Selector): void {
    expect([metric, labelsOf.has(metric)]).toEqual([metric, true]);
    expect(labelsOf.get(metric)).toEqual(expect.arrayContaining([...labels]));
  }

  it.each(queries)('asks for what there is: %s, %s', (_title, expr) => {
    const { selectors, grouping } = parseQuery(expr);
    expect(selectors.length).toBeGreaterThan(0);
    for (const { metric, labels } of selectors) {
      // Only the buckets have a border, and the percentile needs it.
      const own = grouping.filter((label) => label !== 'le' || metric.endsWith('_bucket'));
      expectKnown({ metric, labels: [...labels, ...own] });
    }
    if (expr.includes('histogram_quantile')) expect(grouping).toContain('le');
  });

  it.each(queries)('names series by labels that its query leaves: %s, %s', (_title, expr, legend) => {
    const { selectors, grouping } = parseQuery(expr);
    const isAggregated = /\b(sum|avg|min|max|count)\b/.test(expr);
    const left = isAggregated ? grouping : (labelsOf.get(selectors[0]?.metric ?? '') ?? []);
    const named = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
    expect(left).toEqual(expect.arrayContaining(named));
    // Without one of them, several series would have the same name.
    if (isAggregated) expect(named).toEqual(expect.arrayContaining(grouping.filter((label) => label !== 'le')));
  });

  it.each(variableQueries)('offers choices that there are: %s', (query) => expectKnown(parseLabelValues(query)));

  it('uses no variable that it does not have', () => {
    const known = [...variables.map(({ name }) => name), '__rate_interval'];
    const used = [...JSON.stringify(dashboard.panels).matchAll(/\$\{?(\w+)/g)].map(([, name]) => name);
    expect([...new Set(used)].filter((name) => !known.includes(name ?? ''))).toEqual([]);
  });

  it('shows every metric that is Parley’s own', () => {
    const shown = new Set(queries.flatMap(([, expr]) => parseQuery(expr).selectors.map(({ metric }) => metric)));
    const own = [...scraped.matchAll(/^# TYPE (parley_\S+)/gm)].map(([, name = '']) => name);
    const hidden = own.filter((name) => ![name, `${name}_bucket`, `${name}_count`].some((of) => shown.has(of)));
    expect(hidden).toEqual([]);
  });

  it('is one that Grafana 10 and 11 read, with panels that do not overlap', () => {
    expect([38, 39]).toContain(dashboard.schemaVersion);
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  });
});

describe('the reader of queries', () => {
  it('finds metrics, labels of matchers and of groups', () => {
    expect(parseQuery('sum by (agent, le) (rate(a_total{x="1, y", z=~"[45].."}[5m])) / sum(b) * 2')).toEqual({
      selectors: [
        { metric: 'a_total', labels: ['x', 'z'] },
        { metric: 'b', labels: [] },
      ],
      grouping: ['agent', 'le'],
    });
  });

  it.each(['{x="1"}', 'a{x}', 'a ? b', 'a{x="1"'])('refuses what it does not understand: %s', (query) => {
    expect(() => parseQuery(query)).toThrow();
  });
});
