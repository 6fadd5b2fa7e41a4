import { describeError } from './describe-error';

describe('describing an error', () => {
  it('names its place in the code, and nothing of a message that looks like one', () => {
    const error = new Error('card unknown\n    at 4111 1111 1111 1111 (caller:1:1)');
    const { at, ...rest } = describeError(error);
    expect(rest).toEqual({ name: 'Error' });
    expect(at).toMatch(/describe-error\.spec/);
  });

  it('finds the place where there is no message, and needs no stack', () => {
    expect(describeError(new Error()).at).toMatch(/describe-error\.spec/);
    const bare = Object.assign(new Error(), { message: undefined, stack: undefined });
    expect(describeError(bare)).toEqual({ name: 'Error' });
  });
});
