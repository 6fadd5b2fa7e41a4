import { Backoff } from './backoff';

describe('Backoff', () => {
  const pauses = (backoff: Backoff, count: number) => Array.from({ length: count }, () => backoff.nextMs());

  it('doubles up to the longest pause, with up to half of each left to chance', () => {
    const found = pauses(new Backoff({ firstMs: 10, longestMs: 60 }), 5);
    for (const [index, whole] of [10, 20, 40, 60, 60].entries()) {
      expect(found[index]).toBeGreaterThanOrEqual(whole / 2);
      expect(found[index]).toBeLessThanOrEqual(whole);
    }
  });

  it('begins anew after a success', () => {
    const backoff = new Backoff({ firstMs: 10, longestMs: 1000 });
    pauses(backoff, 6);
    backoff.reset();
    expect(backoff.nextMs()).toBeLessThanOrEqual(10);
  });

  it('never comes back before the time that the service asks for, and soon after it', () => {
    const backoff = new Backoff({ firstMs: 10, longestMs: 20 });
    for (let attempt = 0; attempt < 50; attempt += 1) {
      const pauseMs = backoff.nextMs(500);
      expect(pauseMs).toBeGreaterThanOrEqual(500);
      expect(pauseMs).toBeLessThanOrEqual(510);
    }
  });
});
