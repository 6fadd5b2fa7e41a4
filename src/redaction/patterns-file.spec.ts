import 'reflect-metadata';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ParleyError } from '../common/parley-error';
import { hazardOf } from './pattern-safety';
import { readPatternsFile } from './patterns-file';

describe('readPatternsFile', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-redaction-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function fileOf(text: string): Promise<string> {
    const file = join(folder, 'patterns.yaml');
    await writeFile(file, text);
    return file;
  }

  async function failureOf(file: string): Promise<ParleyError> {
    const error: unknown = await readPatternsFile(file).catch((reason: unknown) => reason);
    if (!(error instanceof ParleyError)) throw new Error('a ParleyError was expected');
    expect(error.code).toBe('redaction_invalid');
    expect(error.message).toContain(file);
    return error;
  }

  it('reads YAML and JSON, with what an entry leaves out', async () => {
    const yaml =
      "- { name: account, pattern: 'ACC-\\d{6}' }\n- { name: b, pattern: x+, flags: i, replacement: '***' }\n";
    const expected = [
      { name: 'account', expression: /ACC-\d{6}/g, replacement: '[account]' },
      { name: 'b', expression: /x+/gi, replacement: '***' },
    ];
    const file = await fileOf(yaml.replace('x+', 'xy+'));
    expect(await readPatternsFile(file)).toEqual([expected[0], { ...expected[1], expression: /xy+/gi }]);
    expect(await readPatternsFile(await fileOf(JSON.stringify([{ name: 'account', pattern: 'ACC-\\d{6}' }])))).toEqual([
      expected[0],
    ]);
  });

  it('reports all faults of all entries at once', async () => {
    const entries: unknown[] = [
      { name: '', pattern: 'a' },
      'text',
      { name: 'a' },
      { name: 'b', pattern: 'b', flags: 'gy' },
      { name: 'c', pattern: 'c', colour: 1 },
      { name: 'd', pattern: '(' },
      { name: 'e', pattern: '(e+)+' },
      { name: 'f', pattern: 'f*' },
      { name: 'g', pattern: 'g', flags: 'ii' },
      { name: 'h', pattern: 'h', replacement: 7 },
      { constructor: 1 },
    ];
    const { errors = [] } = await failureOf(await fileOf(JSON.stringify(entries)));
    expect([...new Set(errors.map(({ path }) => path))]).toEqual([
      '/0/name',
      '/1',
      '/2/pattern',
      '/3/flags',
      '/4/colour',
      '/5/pattern',
      '/6/pattern',
      '/7/pattern',
      '/8/pattern',
      '/9/replacement',
      '/10',
    ]);
  });

  it.each([
    ['a mapping', 'patterns: []', 'must be a list of patterns'],
    ['what is no YAML', '[{"name": ', 'is not YAML or JSON at line 1'],
    ['a pattern that finds what replaced it', '[{ name: any, pattern: "[a-z]+" }]', '"any" matches a replacement'],
  ])('refuses %s', async (_what, text, message) => {
    expect((await failureOf(await fileOf(text))).message).toContain(message);
  });

  it('refuses a file that is not there', async () => {
    expect((await failureOf(join(folder, 'missing.yaml'))).message).toContain('cannot be read (ENOENT)');
  });
});

describe('hazardOf', () => {
  it.each([
    '(a+)+',
    '(a*)*b',
    '(?:a|ab)*',
    '(?<n>a?){40}',
    '((a)|b)+',
    '(x{2,5})*',
    '(a)\\1',
    '(?<q>a)\\k<q>',
    '((a+)b){2}',
  ])('names what %s does', (pattern) => {
    expect(hazardOf(pattern)).toEqual(expect.any(String));
  });

  it.each([
    'a+b+',
    '(?:\\d{4}[- ]?){3}\\d{4}',
    '(ab)+',
    '[(a+)]+',
    '\\(a+\\)+',
    'a{2,3}',
    '(?=a)b',
    '(?:IBAN )?[A-Z]{2}\\d+',
    'a|b',
  ])('has nothing against %s', (pattern) => {
    expect(hazardOf(pattern)).toBeUndefined();
  });
});
