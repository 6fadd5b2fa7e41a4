import { exponentialBackoff } from './memo-options';

describe('exponentialBackoff', () => {
  afterEach(() => jest.restoreAllMocks());

  const delays = () => [1, 2, 3, 8, 1000].map(exponentialBackoff);

  it('doubles up to a bound', () => {
    jest.spyOn(Math, 'random').mockReturnValue(1);
    expect(delays()).toEqual([50, 100, 200, 5000, 5000]);
  });

  it('is random by half, and never zero', () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    expect(delays()).toEqual([25, 50, 100, 2500, 2500]);
  });
});
