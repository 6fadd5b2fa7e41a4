import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validatedProperties } from '../../src/common/validated-properties';
import { Environment } from '../../src/config/environment';
import { readConfig } from '../../src/config/parley-config';

const text = readFileSync(join(__dirname, '../../.env.example'), 'utf8');
const example = Object.fromEntries(
  text
    .split('\n')
    .filter((line) => /^[A-Z_]+=/.test(line))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
);

describe('.env.example', () => {
  it('names every variable that is read, and no other', () => {
    expect(Object.keys(example).sort()).toEqual([...validatedProperties(Environment)].sort());
  });

  it('gives every default as it is', () => {
    expect(readConfig(example)).toEqual(readConfig({}));
    const defaults = new Environment();
    for (const [name, value] of Object.entries(example)) {
      expect([name, value]).toEqual([name, String(defaults[name as keyof Environment] ?? '')]);
    }
  });

  it('holds nothing but comments, blank lines and variables', () => {
    const other = text.split('\n').filter((line) => line !== '' && !line.startsWith('#') && !/^[A-Z_]+=/.test(line));
    expect(other).toEqual([]);
  });
});
