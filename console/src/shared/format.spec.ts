import { formatDuration, formatMs, formatValue, plural } from './format';

describe('what people read', () => {
  it('tells a duration in minutes, and in hours where there are some', () => {
    expect([0, 65.9, 3600, 45_296].map(formatDuration)).toEqual(['0:00', '1:05', '1:00:00', '12:34:56']);
  });

  it('tells no negative duration, for clocks differ', () => {
    expect(formatDuration(-3)).toBe('0:00');
  });

  it('tells milliseconds as exactly as they matter', () => {
    expect([0.42, 9.96, 12.4, 999.4, 999.6, 1240, null].map(formatMs)).toEqual([
      '0.4 ms',
      '10 ms',
      '12 ms',
      '999 ms',
      '1.00 s',
      '1.24 s',
      '–',
    ]);
  });

  it('counts in words', () => {
    expect([plural(1, 'turn'), plural(0, 'turn'), plural(12_000, 'session')]).toEqual([
      '1 turn',
      '0 turns',
      '12,000 sessions',
    ]);
  });

  it('leaves texts as they are', () => {
    expect(formatValue('<b>as it is</b>')).toBe('<b>as it is</b>');
    expect(formatValue({ a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}');
  });
});
