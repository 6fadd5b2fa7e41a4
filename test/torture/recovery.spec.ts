import { Attempts, median, p99, windowsOf } from './attempts';

const attempt = (startMs: number, tookMs: number, isStored = true) => ({
  sessionId: 'call',
  startMs,
  endMs: startMs + tookMs,
  isStored,
});

describe('the attempts of a torture', () => {
  it('have the time of their slowest hundredth, and for ever where that failed or there are none', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => attempt(index, index + 1));
    expect(p99(hundred)).toBe(99);
    expect(p99([...hundred.slice(2), attempt(0, 1, false), attempt(0, 1, false)])).toBe(Infinity);
    expect(p99([])).toBe(Infinity);
  });

  it('count in the window in which they began', () => {
    const windows = windowsOf([attempt(99, 9), attempt(100, 500), attempt(250, 7), attempt(300, 8)], 100, 399, 100);
    expect(windows).toEqual([500, 7]);
  });

  it('are kept as long as somebody wants to know', () => {
    const attempts = new Attempts();
    attempts.add(attempt(0, 1));
    expect(attempts.all).toHaveLength(1);
    attempts.stop();
    attempts.add(attempt(0, 1));
    expect(attempts.all).toEqual([]);
  });

  it('have a median', () => {
    expect(median([3, 1, 2])).toBe(2);
  });
});
