import { type EvaluationReport, reportJson, reportText } from './report';

const report: EvaluationReport = {
  service: 'some service',
  model: 'some model',
  concurrency: 4,
  calls: 3,
  turns: { script: 40, answered: 36, interrupted: 1, failed: 1, hung: 1, notPlayed: 2 },
  tools: { script: 20, made: 16, agree: 8, sameParameters: 2, refused: 5 },
  parameters: { script: 30, made: 40, agree: 10 },
  handoffs: { script: 6, made: 0, agree: 0, sameTurn: 0 },
  inCharge: { agree: 30, withoutHandoffs: 34, corrected: 6 },
  failures: { hung: 1, model_refused: 1 },
  stages: [{ stage: 'llm', owner: 'model', count: 36, p50: 0.0123456, p95: 1, p99: 2 }],
};

/** The cells of each row of a table. */
const rowsOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('│'))
    .map((line) =>
      line
        .split('│')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

describe('the report of an evaluation', () => {
  it('has every figure, and no share of nothing', () => {
    const rows = rowsOf(reportText(report));
    expect(rows).toContainEqual(['3', '4', '40', '36', '1', '1', '1', '2']);
    expect(rows).toContainEqual(['tool calls, by name', '20', '16', '8', '50.0 %', '40.0 %']);
    expect(rows).toContainEqual(['parameters of those that agree', '30', '40', '10', '25.0 %', '33.3 %']);
    expect(rows).toContainEqual(['handoffs, by target', '6', '0', '0', '-', '0.0 %']);
    expect(rows).toContainEqual(['llm', 'model', '36', '12.35', '1000.00', '2000.00']);
  });

  it('names service and model, what failed, and what a model reaches that does nothing', () => {
    const text = reportText(report);
    expect(text).toMatch(/^some service\nmodel: some model\n/);
    expect(text).toContain('failure: hung: 1\nfailure: model_refused: 1\n');
    expect(text).toContain('in charge: 75.0 %; a model that never hands over would reach 85.0 %.');
  });

  it('is the same for programs, with what it means', () => {
    const { definitions, ...figures } = JSON.parse(reportJson(report)) as Record<string, unknown>;
    expect(figures).toMatchObject({ ...report, tools: { ...report.tools, precision: 0.5, recall: 0.4 } });
    expect(figures['handoffs']).toMatchObject({ precision: null, recall: 0 });
    expect(JSON.stringify(definitions)).toContain('The text of the answers is not compared');
  });

  it('is whole when nothing was played', () => {
    const none = { script: 0, answered: 0, interrupted: 0, failed: 0, hung: 0, notPlayed: 0 };
    expect(reportText({ ...report, turns: none, stages: [], failures: {} })).toContain('in charge: -;');
  });
});
