import fc from 'fast-check';
import { type IgnoredReason, StageTimer } from '../../src/latency';
import { runProperty } from '../support/property';

/** What a program does with a timer, and what becomes of the clock meanwhile. */
type Step =
  | { readonly do: 'start' | 'stop' | 'cancel'; readonly stage: string }
  | { readonly do: 'record'; readonly stage: string; readonly seconds: number }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'jump'; readonly ms: number }
  | { readonly do: 'break'; readonly to: number };

const stage = fc.constantFrom('llm', 'tool', 'stt');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('start', 'stop', 'cancel'), stage }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('record'), stage, seconds: fc.double() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('advance'), ms: fc.integer({ min: 0, max: 5000 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('jump'), ms: fc.integer({ min: -9000, max: -1 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('break'), to: fc.constantFrom(NaN, Infinity, -Infinity) }) },
);

/** A clock that goes wrong, and remembers what it has shown. */
class FaultyClock {
  lastReading = -Infinity;
  /** How often a reading showed that the clock cannot be trusted. */
  faults = 0;
  private ms = 1000;
  private broken: number | undefined;

  nowMs(): number {
    return 0;
  }

  monotonicMs(): number {
    const reading = this.broken ?? this.ms;
    if (!(reading >= this.lastReading)) this.faults += 1;
    this.lastReading = reading;
    return reading;
  }

  apply(of: Step): void {
    if (of.do === 'break') this.broken = of.to;
    else if (of.do === 'advance' || of.do === 'jump') {
      this.broken = undefined;
      this.ms += of.ms;
    }
  }
}

/** A timer beside the plainest account of what it should record. */
class Trial {
  readonly clock = new FaultyClock();
  readonly samples: (readonly [stage: string, seconds: number])[] = [];
  readonly expected: (readonly [stage: string, seconds: number])[] = [];
  readonly ignored: IgnoredReason[] = [];
  measurements = 0;
  private readonly running = new Map<string, { readonly reading: number; readonly faults: number }>();
  private readonly timer = new StageTimer(
    { recordLatency: (name, seconds) => void this.samples.push([name, seconds]) },
    this.clock,
    { ignore: (reason) => void this.ignored.push(reason) },
  );

  run(of: Step): void {
    this.clock.apply(of);
    if (of.do === 'start') this.start(of.stage);
    else if (of.do === 'stop') this.stop(of.stage);
    else if (of.do === 'cancel') this.cancel(of.stage);
    else if (of.do === 'record') this.record(of.stage, of.seconds);
  }

  private start(name: string): void {
    this.timer.start(name);
    if (this.running.has(name)) this.measurements += 1;
    else this.running.set(name, { reading: this.clock.lastReading, faults: this.clock.faults });
  }

  private stop(name: string): void {
    this.measurements += 1;
    const stopped = this.timer.stop(name);
    const started = this.running.get(name);
    this.running.delete(name);
    const isKnown = started?.faults === this.clock.faults;
    const seconds = isKnown ? (this.clock.lastReading - started.reading) / 1000 : NaN;
    this.expect(name, seconds);
    expect(stopped).toBe(Number.isFinite(seconds) ? seconds : undefined);
  }

  private cancel(name: string): void {
    this.timer.cancel(name);
    this.running.delete(name);
  }

  private record(name: string, seconds: number): void {
    this.measurements += 1;
    this.timer.record(name, seconds);
    this.expect(name, seconds);
  }

  private expect(name: string, seconds: number): void {
    if (Number.isFinite(seconds) && seconds >= 0 && seconds <= 1e9) this.expected.push([name, seconds]);
  }
}

describe('a timer of stages, whatever is done with it', () => {
  it('records all that was measured and nothing else, and counts what it leaves out', () =>
    runProperty(
      'a timer never records a wrong sample',
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const trial = new Trial();
        for (const each of steps) trial.run(each);
        expect(trial.samples).toEqual(trial.expected);
        expect(trial.samples.length + trial.ignored.length).toBe(trial.measurements);
      }),
      { numRuns: 500 },
    ));
});
