import { UsageError } from '../programs/usage-error';
import { parseOptions } from './options';

const refusal = (...args: string[]): string => {
  try {
    parseOptions(args);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'none';
};

describe('the options of an evaluation', () => {
  it('have a default for everything but the file', () => {
    expect(parseOptions(['calls.ndjson'])).toEqual({
      file: 'calls.ndjson',
      calls: undefined,
      concurrency: 8,
      turnTimeoutMs: 120_000,
      json: undefined,
    });
  });

  it('are all read', () => {
    expect(parseOptions('f --calls 5 --concurrency 2 --timeout 3 --json out.json'.split(' '))).toEqual({
      file: 'f',
      calls: 5,
      concurrency: 2,
      turnTimeoutMs: 3000,
      json: 'out.json',
    });
    expect(parseOptions(['--help'])).toBe('help');
  });

  it.each([
    [[], 'name the file'],
    [['a', 'b'], 'one file at a time'],
    [['f', '--url', 'http://host'], "Unknown option '--url'"],
    [['f', '--calls', '0'], '--calls is "0"'],
    [['f', '--concurrency', '1001'], '--concurrency is "1001"'],
    [['f', '--timeout', 'long'], '--timeout is "long"'],
  ])('are refused in one line: %j', (args, said) => {
    expect(refusal(...args)).toContain(said);
    expect(refusal(...args)).not.toContain('\n');
  });
});
