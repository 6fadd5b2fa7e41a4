import { retryPauseMs } from './retry-pause';

describe('the pause before another attempt', () => {
  it.each([
    [1, 100],
    [2, 200],
    [4, 800],
    [9, 2000],
  ])('after failure %d is at most %d ms, and half of that at least', (failures, longestMs) => {
    for (let time = 0; time < 50; time += 1) {
      const pauseMs = retryPauseMs(failures, undefined);
      expect(pauseMs).toBeGreaterThanOrEqual(longestMs / 2);
      expect(pauseMs).toBeLessThanOrEqual(longestMs);
    }
  });

  it('is never shorter than what the service asks for, and hardly longer', () => {
    for (let time = 0; time < 50; time += 1) {
      const pauseMs = retryPauseMs(1, 700);
      expect(pauseMs).toBeGreaterThanOrEqual(700);
      expect(pauseMs).toBeLessThanOrEqual(800);
    }
  });
});
