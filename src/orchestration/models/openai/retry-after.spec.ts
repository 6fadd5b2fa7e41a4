import { ManualClock } from '../../../../test/support/manual-clock';
import { retryAfterMs } from './retry-after';

describe('how long a service asks to be left alone', () => {
  const clock = new ManualClock(1_800_000_000_000);
  const at = (offsetMs: number) => new Date(clock.nowMs() + offsetMs).toUTCString();

  it.each([
    [{ 'retry-after': '2' }, 2000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after-ms': '120', 'retry-after': '2' }, 120],
    [{ 'retry-after-ms': 'soon', 'retry-after': '2' }, 2000],
    [{ 'retry-after': at(3000) }, 3000],
    [{ 'retry-after': at(-3000) }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ])('%j', (headers, expected) => {
    expect(retryAfterMs(new Headers(headers as Record<string, string>), clock)).toBe(expected);
  });

  it('is not known without headers', () => {
    expect(retryAfterMs(undefined, clock)).toBeUndefined();
  });
});
