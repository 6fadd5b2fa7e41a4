import { EphemeralMemoManager } from '../../src/memo';
import { ParleyError } from '../../src/common/parley-error';
import { STAGE_NAMES, StageTimer } from '../../src/latency';
import { ManualClock } from '../support/manual-clock';
import { timing } from './timing';

describe('a timer of stages', () => {
  it('records from start to stop, several stages at a time', () => {
    const { clock, samples, timer } = timing();
    timer.start('llm');
    clock.advance(0.25);
    timer.start('tool');
    clock.advance(0.5);
    expect(timer.stop('llm')).toBe(0.75);
    clock.advance(0.25);
    expect(timer.stop('tool')).toBe(0.75);
    expect(samples).toEqual([
      ['llm', 0.75],
      ['tool', 0.75],
    ]);
  });

  it('ignores a stop without a start, and lets a stage that runs go on', () => {
    const { clock, samples, ignored, timer } = timing();
    expect(timer.stop('llm')).toBeUndefined();
    timer.start('llm');
    clock.advance(1);
    timer.start('llm');
    clock.advance(1);
    expect(timer.stop('llm')).toBe(2);
    expect(timer.stop('llm')).toBeUndefined();
    expect(samples).toEqual([['llm', 2]]);
    expect(ignored).toEqual(['not_started', 'already_started', 'not_started']);
  });

  it.each([
    [-0.001, 'negative'],
    [NaN, 'not_finite'],
    [Infinity, 'not_finite'],
    [-Infinity, 'not_finite'],
    [1e9 + 1, 'too_long'],
  ] as const)('takes no duration of %d', (seconds, reason) => {
    const { samples, ignored, timer } = timing();
    timer.record('stt', seconds);
    expect([samples, ignored]).toEqual([[], [reason]]);
  });

  it.each(['', 'a\nb', 'x'.repeat(257), '\ud800'])('takes no stage that no operation can name: %j', (stage) => {
    const { samples, ignored, timer } = timing();
    timer.record(stage, 1);
    expect([samples, ignored]).toEqual([[], ['bad_name']]);
  });

  it('takes all other durations and names as they are', () => {
    const { samples, timer } = timing();
    for (const seconds of [0, 1e-9, 0.2, 1e9]) timer.record('my own stage', seconds);
    expect(samples.map(([, seconds]) => seconds)).toEqual([0, 1e-9, 0.2, 1e9]);
    expect(STAGE_NAMES).toContain('turn_e2e');
  });

  it('loses what was under way when the clock went back, and nothing after', () => {
    const { clock, samples, ignored, timer } = timing();
    timer.start('llm');
    clock.advance(-5);
    timer.start('tool');
    clock.advance(8);
    expect(timer.stop('llm')).toBeUndefined();
    expect(timer.stop('tool')).toBe(8);
    expect([samples, ignored]).toEqual([[['tool', 8]], ['clock_backwards']]);
  });

  it('gives a stage up that did not come to its end', () => {
    const { clock, samples, timer } = timing();
    timer.start('llm');
    clock.advance(5);
    timer.cancel('llm');
    timer.start('llm');
    clock.advance(1);
    expect([timer.stop('llm'), samples]).toEqual([1, [['llm', 1]]]);
  });

  it('forgets names of stages that have ended, and none that runs', () => {
    const { clock, samples, timer } = timing();
    timer.start('long');
    for (let index = 0; index < 300; index += 1) {
      timer.start(`tool-${index}`);
      clock.advance(1);
      timer.stop(`tool-${index}`);
    }
    expect([timer.stop('long'), samples.length]).toEqual([300, 301]);
  });

  it('has for each run a timer into which nothing of another reaches', () => {
    const { clock, samples, ignored, timer } = timing();
    const [first, second] = [timer.forRun('turn-1'), timer.forRun('turn-2')];
    first.start('llm');
    clock.advance(1);
    expect(second.stop('llm')).toBeUndefined();
    first.stop('llm');
    second.record('stt', 2);
    expect(samples).toEqual([
      ['llm', 1, 'turn-1'],
      ['stt', 2, 'turn-2'],
    ]);
    expect(ignored).toEqual(['not_started']);
  });

  it('does not fail a call whose memory takes no more samples, and does not hide other faults', () => {
    const refused = timing(new ParleyError('session_ended', 'over'));
    refused.timer.record('stt', 1);
    expect(refused.ignored).toEqual(['refused']);
    expect(() => timing(new TypeError('a fault')).timer.record('stt', 1)).toThrow('a fault');
  });

  it('records into a memo', () => {
    const clock = new ManualClock();
    const memo = new EphemeralMemoManager('call', clock);
    new StageTimer(memo, clock, { ignore: () => undefined }, 'turn-1').record('stt', 0.2);
    expect(memo.revision).toBe(1);
  });
});
