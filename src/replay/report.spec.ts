import type { Difference } from './difference';
import { type ReplayResult, reportOf } from './report';

const result: ReplayResult = {
  service: 'some service',
  calls: 3,
  ops: 500,
  turnsMs: Array.from({ length: 100 }, (_, index) => 100 - index),
  playedSeconds: 4,
  retries: 1,
  differences: [],
};
const difference = (index: number): Difference => ({ callId: `call-${index}`, where: 'slot x', kind: 'missing' });

describe('reportOf', () => {
  it('ends with the table', () => {
    const lines = reportOf(result).trimEnd().split('\n');
    const cells = (line = '') =>
      line
        .split('│')
        .map((cell) => cell.trim())
        .filter(Boolean);
    expect(lines[0]).toBe('some service');
    expect(cells(lines[2])).toEqual([
      'calls',
      'turns',
      'ops',
      'turns/s',
      'p50 ms',
      'p95 ms',
      'p99 ms',
      'retries',
      'differences',
    ]);
    expect(cells(lines[4])).toEqual(['3', '100', '500', '25', '50.00', '95.00', '99.00', '1', '0']);
    expect(lines).toHaveLength(6);
  });

  it('lists the first 20 differences and counts the rest', () => {
    const text = reportOf({ ...result, differences: Array.from({ length: 22 }, (_, index) => difference(index + 1)) });
    const lines = text.split('\n');
    expect(lines[0]).toBe('difference: call-1: slot x: missing');
    expect(lines.filter((line) => line.startsWith('difference:'))).toHaveLength(20);
    expect(lines[20]).toBe('… and 2 more');
  });

  it('shows the detail of a difference', () => {
    const text = reportOf({ ...result, differences: [{ ...difference(1), detail: 'expected 1, found 2' }] });
    expect(text).toContain('difference: call-1: slot x: missing (expected 1, found 2)\n');
  });

  it('has a table also when nothing was played', () => {
    expect(reportOf({ ...result, turnsMs: [], playedSeconds: 0 })).toContain('-');
  });
});
