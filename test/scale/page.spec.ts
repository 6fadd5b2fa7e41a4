import { existsSync, readFileSync } from 'node:fs';
import { type Figures, FIGURES_FILE } from './figures';
import { computed, fill, PAGE_FILE } from './page';
import { about, table } from './table';
import type { MeasuredStep } from './throughput';

function step(perSecond: number, services: readonly number[]): MeasuredStep {
  const redis = { processorSeconds: 1, commands: 9000, bytesIn: 6e6, bytesOut: 3e6, byCommand: {} };
  const cores = { services, redis: 0.2, generator: 0.1 };
  return {
    perSecond,
    turns: perSecond * 3,
    p50Ms: 2,
    p99Ms: 20,
    lateP99Ms: 1,
    failures: 0,
    isOverloaded: false,
    holds: true,
    load: 1,
    work: { cores, turns: perSecond * 3, turnsASecond: perSecond, clientBytes: 1500, redis },
  };
}

const [one, two] = [step(2000, [0.8]), step(3000, [0.6, 0.6])];
const HELD = { memos: 1, heapUsed: 1, heapLimit: 2, resident: 3, bytesAMemo: 2 ** 14, redisBytesASession: 20_000 };
/** Of a machine that there is not. */
const FIGURES: Figures = {
  machine: { date: '2026-01-01', processor: 'P', cores: 2, memoryGiB: 4, node: '20', redis: '7', load: 0 },
  seed: 1,
  sessions: 100,
  shape: { calls: 10, turnsACall: 16, secondsATurn: 5, opsATurn: 6, bytesATurn: 800 },
  throughputs: [
    { way: 'live', processes: 1, best: one, steps: [one] },
    { way: 'live', processes: 2, best: two, steps: [two] },
  ],
  memory: [
    { contents: 'bench', ...HELD },
    { contents: 'calls', ...HELD },
  ],
  shared: { noteMicros: 10, counterMicros: 0.5 },
};

describe('the page of capacity', () => {
  it('holds the tables that follow from what was measured, and none of anything else', () => {
    const page = readFileSync(PAGE_FILE, 'utf8');
    if (existsSync(FIGURES_FILE)) {
      const figures = JSON.parse(readFileSync(FIGURES_FILE, 'utf8')) as Figures;
      expect(fill(page, computed(figures))).toBe(page);
    } else expect(page).not.toMatch(/^\|/m);
  });

  it('has a place for each of them, and says what saturates first', () => {
    const page = fill(readFileSync(PAGE_FILE, 'utf8'), computed(FIGURES));
    expect(page).toContain('Over live the first to saturate is the core of a service; of a Redis shard, its core.');
    expect(page).toMatch(/^\| live, 1 +\| +2,000 \| +1.00 \| +2.0 \/ 20.0 \|/m);
    expect(page).toMatch(/^\| turns\/s of 2 processes over 1, live +\| +1.3 \| +1.5 \|$/m);
    expect(page).toMatch(/^\| live memos of 16 turns in 1 GiB of heap \| 60,000 \| +65,500 \|$/m);
  });

  it('keeps what stands around the tables', () => {
    const page = '# A\n\n<!-- one -->\n\nold\n\n<!-- /one -->\n\nwords\n';
    expect(fill(page, { one: 'new' })).toBe('# A\n\n<!-- one -->\n\nnew\n\n<!-- /one -->\n\nwords\n');
    expect(() => fill(page, { two: 'new' })).toThrow('no place for "two"');
  });

  it('lays tables out as the formatter does, with three digits that count', () => {
    expect(table(['a', 'bb'], [['long', '1']])).toBe('| a    |  bb |\n| ---- | --: |\n| long |   1 |');
    expect([1234567, 42.123, 0.01234, NaN].map(about)).toEqual(['1,230,000', '42.1', '0.012', '–']);
  });
});
