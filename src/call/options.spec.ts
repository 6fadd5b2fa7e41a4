import { UsageError } from '../programs/usage-error';
import { parseOptions } from './options';

const refusal = (...args: string[]): string => {
  try {
    parseOptions(args, {});
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'none';
};

describe('the options of a call', () => {
  it('have defaults', () => {
    expect(parseOptions([], {})).toEqual({
      url: undefined,
      key: undefined,
      email: undefined,
      sessionId: undefined,
      pace: 180,
    });
  });

  it('are read, the key from the environment as well', () => {
    const args = '--url http://127.0.0.1:3000/ --email a@b.example --session call-1 --pace 0'.split(' ');
    expect(parseOptions(args, { PARLEY_API_KEY: 'secret' })).toEqual({
      url: 'http://127.0.0.1:3000',
      key: 'secret',
      email: 'a@b.example',
      sessionId: 'call-1',
      pace: 0,
    });
  });

  it.each([
    [['--session', 'a b'], /^--session is "a b"/],
    [['--pace', 'fast'], /^--pace is "fast"/],
    [['--url', 'localhost'], /^--url is "localhost"/],
    [['--loud'], /--loud/],
    [['file'], /file/],
  ])('refuse %j', (args, message) => {
    expect(refusal(...args)).toMatch(message);
  });
});
