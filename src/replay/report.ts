import Table from 'cli-table3';
import type { Difference } from './difference';

export interface ReplayResult {
  /** The service, in words. */
  readonly service: string;
  readonly calls: number;
  /** Operations of the turns that were acknowledged. */
  readonly ops: number;
  /** How long each acknowledged turn took, in milliseconds. */
  readonly turnsMs: readonly number[];
  readonly playedSeconds: number;
  /** Requests that were sent again. */
  readonly retries: number;
  readonly differences: readonly Difference[];
}

const LISTED_DIFFERENCES = 20;

/** The differences, and below them the table. */
export function reportOf(result: ReplayResult): string {
  const { service, calls, ops, turnsMs, playedSeconds, retries, differences } = result;
  const sorted = [...turnsMs].sort((left, right) => left - right);
  const percentiles = [0.5, 0.95, 0.99].map((share) => milliseconds(nearestRank(sorted, share)));
  const rate = playedSeconds > 0 ? Math.round(turnsMs.length / playedSeconds) : 0;
  const table = new Table({
    head: ['calls', 'turns', 'ops', 'turns/s', 'p50 ms', 'p95 ms', 'p99 ms', 'retries', 'differences'],
    colAligns: new Array<'right'>(9).fill('right'),
    style: { head: [], border: [] },
  });
  table.push([calls, turnsMs.length, ops, rate, ...percentiles, retries, differences.length]);
  return `${listOf(differences)}${service}\n${table.toString()}\n`;
}

function listOf(differences: readonly Difference[]): string {
  const lines = differences.slice(0, LISTED_DIFFERENCES).map(lineOf);
  const rest = differences.length - lines.length;
  return [...lines, ...(rest > 0 ? [`… and ${rest} more`] : [])].map((line) => `${line}\n`).join('');
}

function lineOf({ callId, where, kind, detail }: Difference): string {
  return `difference: ${callId}: ${where}: ${kind}${detail === undefined ? '' : ` (${detail})`}`;
}

/** The smallest value that at least this share of all does not exceed. */
function nearestRank(ascending: readonly number[], share: number): number | undefined {
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)];
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(2);
}
