import { existsSync, readFileSync } from 'node:fs';
import { type Figures, FIGURES_FILE } from './figures';
import { computed, fill, PAGE_FILE } from './page';
import { about, table } from './table';

describe('the page of capacity', () => {
  it('holds the tables that follow from what was measured', () => {
    expect(existsSync(FIGURES_FILE)).toBe(true);
    const figures = JSON.parse(readFileSync(FIGURES_FILE, 'utf8')) as Figures;
    const page = readFileSync(PAGE_FILE, 'utf8');
    expect(fill(page, computed(figures))).toBe(page);
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
