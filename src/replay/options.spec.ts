import { parseOptions } from './options';
import { UsageError } from '../programs/usage-error';

const refusal = (...args: string[]): string => {
  try {
    parseOptions(args, {});
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'none';
};

describe('parseOptions', () => {
  it('has a default for everything but the file', () => {
    expect(parseOptions(['calls.ndjson'], {})).toEqual({
      file: 'calls.ndjson',
      url: undefined,
      calls: undefined,
      concurrency: 8,
      speed: 0,
      seed: 1,
      key: undefined,
      live: false,
      keep: false,
    });
  });

  it('reads every option', () => {
    const args =
      '--url http://host:3000/parley/ --calls 5 --concurrency 2 --speed 2.5 --seed 0 --key secret --live --keep f';
    expect(parseOptions(args.split(' '), {})).toEqual({
      file: 'f',
      url: 'http://host:3000/parley',
      calls: 5,
      concurrency: 2,
      speed: 2.5,
      seed: 0,
      key: 'secret',
      live: true,
      keep: true,
    });
  });

  it('takes the key of the environment, below the one of the command line', () => {
    expect(parseOptions(['f'], { PARLEY_API_KEY: 'theirs' })).toMatchObject({ key: 'theirs' });
    expect(parseOptions(['f', '--key', 'mine'], { PARLEY_API_KEY: 'theirs' })).toMatchObject({ key: 'mine' });
    expect(parseOptions(['f'], { PARLEY_API_KEY: '' })).toMatchObject({ key: undefined });
  });

  it('answers a call for help without a file', () => {
    expect(parseOptions(['--help'], {})).toBe('help');
  });

  it.each([
    [[], 'name the file'],
    [['a', 'b'], 'one file at a time'],
    [['f', '--speeed', '1'], "Unknown option '--speeed'"],
    [['f', '--url'], 'argument missing'],
    [['f', '--url', 'localhost'], '--url is "localhost"'],
    [['f', '--url', 'ftp://host'], '--url is "ftp://host"'],
    [['f', '--calls', '0'], '--calls is "0"'],
    [['f', '--calls', 'ten'], '--calls is "ten"'],
    [['f', '--concurrency', '1.5'], '--concurrency is "1.5"'],
    [['f', '--concurrency', '1001'], '--concurrency is "1001"'],
    [['f', '--speed', 'fast'], '--speed is "fast"'],
    [['f', '--speed', '-1'], "Option '--speed' argument is ambiguous"],
    [['f', '--speed=-1'], '--speed is "-1"'],
    [['f', '--seed', ''], '--seed is ""'],
  ])('refuses %j in one line', (args, said) => {
    expect(refusal(...args)).toContain(said);
    expect(refusal(...args)).not.toContain('\n');
  });

  it('refuses a key that no header can carry, without showing it', () => {
    const said = refusal('f', '--key', 'sécret word');
    expect(said).toContain('API key');
    expect(said).not.toContain('sécret');
  });
});
