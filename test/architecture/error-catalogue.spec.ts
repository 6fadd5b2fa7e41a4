import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CATALOGUE } from '../../src/common/error-catalogue';

const root = join(__dirname, '../..');

interface Row {
  readonly code: string;
  readonly status?: string;
  readonly again: string;
}

/** The rows of the tables, by the columns that a machine can check. */
function documented(): Row[] {
  const lines = readFileSync(join(root, 'docs/errors.md'), 'utf8').split('\n');
  return lines
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter((cells) => /^`\w+`$/.test(cells[1] ?? ''))
    .map((cells) => {
      const code = (cells[1] ?? '').replaceAll('`', '');
      return /^\d{3}$/.test(cells[2] ?? '')
        ? { code, status: cells[2] as string, again: cells[3] as string }
        : { code, again: cells[2] as string };
    });
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts') && !name.endsWith('error-catalogue.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

describe('docs/errors.md', () => {
  it('lists every code with its status, and no other', () => {
    const expected = Object.entries(ERROR_CATALOGUE).map(([code, entry]) => ({
      code,
      ...('status' in entry && { status: String(entry.status) }),
      again: entry.retryable ? 'yes' : 'no',
    }));
    const byCode = (left: Row, right: Row) => left.code.localeCompare(right.code);
    expect(documented().sort(byCode)).toEqual(expected.sort(byCode));
  });

  it('lists no code that nothing in the sources gives out', () => {
    const text = sources(join(root, 'src')).join('\n');
    const unused = Object.keys(ERROR_CATALOGUE).filter((code) => !new RegExp(`['"]${code}['"]`).test(text));
    expect(unused).toEqual([]);
  });
});
