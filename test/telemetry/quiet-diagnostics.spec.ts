import { Logger } from '@nestjs/common';
import { QuietDiagnostics } from '../../src/telemetry/quiet-diagnostics';
import { ManualClock } from '../support/manual-clock';

describe('what the SDK says of itself', () => {
  let lines: unknown[];
  let clock: ManualClock;
  let diagnostics: QuietDiagnostics;
  beforeEach(() => {
    lines = [];
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: unknown) => void lines.push(line));
    clock = new ManualClock();
    diagnostics = new QuietDiagnostics(clock);
  });
  afterEach(() => jest.restoreAllMocks());

  it('is one line a minute, with the number of those left out', () => {
    for (let second = 0; second < 120; second += 1) {
      diagnostics.error('{}');
      clock.advance(1);
    }
    expect(lines).toHaveLength(2);
    expect(lines).toEqual([expect.objectContaining({ leftOut: 0 }), expect.objectContaining({ leftOut: 59 })]);
  });

  it('has name and code of an error, and nothing that its message quotes', () => {
    diagnostics.error(JSON.stringify({ name: 'Error', code: 'ECONNREFUSED', message: 'secret', stack: 'secret' }));
    expect(lines).toEqual([expect.objectContaining({ name: 'Error', code: 'ECONNREFUSED' })]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('has nothing of a text that is not an error', () => {
    diagnostics.warn('a header cannot be read: authorization=secret');
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('an error of the end is told in the same way', () => {
    diagnostics.failed(Object.assign(new Error('secret'), { code: 'ETIMEDOUT' }));
    expect(lines).toEqual([expect.objectContaining({ name: 'Error', code: 'ETIMEDOUT' })]);
  });
});
