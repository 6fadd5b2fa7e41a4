import Table from 'cli-table3';
import { type Agreement, precision, recall } from './agreement';
import type { Figures } from './figures';
import { DEFINITIONS } from './definitions';
import type { StageFigures } from './stage-figures';

export interface EvaluationReport extends Figures {
  /** The service, in words. */
  readonly service: string;
  /** What answered the callers, in the service's words. */
  readonly model: string;
  readonly concurrency: number;
  readonly stages: readonly StageFigures[];
}

/** What was found, and what it means. */
export function reportText(report: EvaluationReport): string {
  const { service, model } = report;
  const parts = [
    `${service}\nmodel: ${model}`,
    turnsTable(report),
    agreementTable(report),
    sentencesOf(report),
    stagesTable(report),
    failuresOf(report),
    DEFINITIONS.join('\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n')}\n`;
}

/** The same for programs, with what the figures mean; without anything that was said. */
export function reportJson(report: EvaluationReport): string {
  const rates = ({ tools, parameters, handoffs }: Figures) => ({
    tools: withRates(tools),
    parameters: withRates(parameters),
    handoffs: withRates(handoffs),
  });
  return `${JSON.stringify({ ...report, ...rates(report), definitions: DEFINITIONS }, undefined, 2)}\n`;
}

function withRates<T extends Agreement>(agreement: T) {
  return { ...agreement, precision: precision(agreement) ?? null, recall: recall(agreement) ?? null };
}

function turnsTable({ calls, turns, concurrency }: EvaluationReport): string {
  const head = ['calls', 'in parallel', 'user turns', 'answered', 'interrupted', 'failed', 'hung', 'not played'];
  const { script, answered, interrupted, failed, hung, notPlayed } = turns;
  return tableOf(head, [[calls, concurrency, script, answered, interrupted, failed, hung, notPlayed]]);
}

function agreementTable({ tools, parameters, handoffs }: EvaluationReport): string {
  const row = (name: string, agreement: Agreement) => {
    const { script, made, agree } = agreement;
    return [name, script, made, agree, percent(precision(agreement)), percent(recall(agreement))];
  };
  return tableOf(
    ['', 'script', 'model', 'agree', 'precision', 'recall'],
    [
      row('tool calls, by name', tools),
      row('parameters of those that agree', parameters),
      row('handoffs, by target', handoffs),
    ],
  );
}

function sentencesOf({ turns, tools, handoffs, inCharge }: EvaluationReport): string {
  const share = (count: number) => percent(turns.script === 0 ? undefined : count / turns.script);
  return [
    `Tool calls that agree in name and all parameters: ${tools.sameParameters}. Calls that the service refused: ${tools.refused}.`,
    `Turns in which both hand over, to whomever: ${handoffs.sameTurn}.`,
    `Turns after which the script's agent is in charge: ${share(inCharge.agree)}; a model that never hands over would reach ` +
      `${share(inCharge.withoutHandoffs)}.`,
    `Turns before which the script's agent had to be put in charge: ${inCharge.corrected}.`,
  ].join('\n');
}

function stagesTable({ stages }: EvaluationReport): string {
  const rows = stages.map(({ stage, owner, count, p50, p95, p99 }) => {
    return [stage, owner, count, ...[p50, p95, p99].map(milliseconds)];
  });
  return tableOf(['stage', 'time of', 'samples', 'p50 ms', 'p95 ms', 'p99 ms'], rows);
}

function failuresOf({ failures }: EvaluationReport): string {
  return Object.entries(failures)
    .map(([code, count]) => `failure: ${code}: ${count}`)
    .join('\n');
}

function tableOf(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const isText = (column: number) => rows.some((row) => /[a-z]/i.test(String(row[column])));
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, column) => (isText(column) ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

function percent(share: number | undefined): string {
  return share === undefined ? '-' : `${(share * 100).toFixed(1)} %`;
}

function milliseconds(seconds: number): string {
  return (seconds * 1000).toFixed(2);
}
