import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LAYOUT_VERSION } from '../../src/store/layout/fields';
import { SCRIPT_STATUS } from '../../src/store/redis/script-status';
import { KEPT_CHANGES, MAX_KEPT_CHANGE_BYTES, RECENT_SAMPLES, REMEMBERED_BATCHES } from '../../src/store/session-store';

const SCRIPT = join(__dirname, '../../src/store/redis/scripts/apply-batch.lua');

/** The constants of the script by name: `local A, B = 1, 'x'` gives two. */
function constants(source: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, names = '', values = ''] of source.matchAll(/^local ([A-Z_, ]+) = (.+)$/gm)) {
    const texts = values.split(', ');
    names.split(', ').forEach((name, index) => found.set(name, (texts[index] ?? '').replace(/^'(.*)'$/, '$1')));
  }
  return found;
}

describe('the constants that apply-batch.lua shares with TypeScript', () => {
  const inScript = constants(readFileSync(SCRIPT, 'utf8'));

  it('are the same numbers of batches and samples, and the same version of the layout', () => {
    expect(inScript.get('REMEMBERED_BATCHES')).toBe(String(REMEMBERED_BATCHES));
    expect(inScript.get('RECENT_SAMPLES')).toBe(String(RECENT_SAMPLES));
    expect(inScript.get('KEPT_CHANGES')).toBe(String(KEPT_CHANGES));
    expect(inScript.get('MAX_KEPT_CHANGE_BYTES')).toBe(String(MAX_KEPT_CHANGE_BYTES));
    expect(inScript.get('LAYOUT_VERSION')).toBe(LAYOUT_VERSION);
  });

  it('are the same statuses, none of them on one side only', () => {
    const statuses = [...inScript].filter(([, value]) => /^-\d+$/.test(value));
    const expected = Object.entries(SCRIPT_STATUS).map(([name, value]) => [name, String(value)]);
    expect(statuses.sort()).toEqual(expected.sort());
  });

  it('are statuses that differ from each other', () => {
    const numbers = Object.values(SCRIPT_STATUS);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});
