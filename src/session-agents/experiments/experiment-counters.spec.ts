import type { JsonValue } from '../../common/json';
import { parseBucketCounter } from '../../latency';
import { bucketOf } from '../../store/latency-buckets';
import type { ChangeAgentsOp, Op } from '../../store/ops';
import { countersKey, countersOf, experimentOf } from './experiment-counters';
import { OTHER_STAGES, StageNames } from './stage-names';

const TAG = { id: 'one', variant: 'b' };
const counters = (ops: readonly Op[], opened = false) =>
  countersOf({ batch: { id: 'x', ops }, opened }, TAG, (stage) => stage);

const assignment = (variant: string, experimentId = 'one') => ({ experimentId, variant, reason: 'SPLIT' });

function change(before: JsonValue, after: JsonValue | undefined): ChangeAgentsOp {
  return {
    op: 'changeAgents',
    after: 0,
    records: { 'changed:experiment': 1, ...(after !== undefined && { experiment: after }) },
    entry: { before: after === undefined ? {} : { experiment: before } },
    digest: '-',
    keep: 10,
    keepBytes: 1_000_000,
    experiment: TAG,
  };
}

describe('what a batch adds to the counters of its variant', () => {
  it('is a turn for each message of the caller, and an interruption for each that begins', () => {
    const say = (role: 'user' | 'assistant'): Op => ({ op: 'append', agent: 'A', role, content: 'x' });
    const interrupt = (value: boolean): Op => ({ op: 'setInterrupted', value });
    const ops = [say('user'), say('assistant'), say('user'), interrupt(true), interrupt(false)];
    expect(counters(ops)).toEqual(['turns', 'turns', 'interruptions']);
    expect(counters([{ op: 'setContext', key: 'k', value: 1 }])).toEqual([]);
  });

  it('is a handoff where an agent takes over in the call, not where it begins or is imported', () => {
    const takeOver: Op = { op: 'setActiveAgent', agent: 'Fraud' };
    expect(counters([takeOver])).toEqual(['handoffs']);
    expect(counters([takeOver], true)).toEqual([]);
    expect(counters([change(null, undefined), takeOver])).toEqual([]);
  });

  it('is a session where one joins the variant, not where another change leaves it there', () => {
    expect(counters([change(null, assignment('b'))], true)).toEqual(['sessions']);
    expect(counters([change(assignment('a'), assignment('b'))])).toEqual(['sessions']);
    expect(counters([change(assignment('b', 'other'), assignment('b'))])).toEqual(['sessions']);
    expect(counters([change(assignment('b'), { ...assignment('b'), reason: 'STATIC' })])).toEqual([]);
    expect(counters([change(null, undefined)])).toEqual([]);
    expect(counters([change(assignment('b'), null)])).toEqual([]);
  });

  it('is a sample in its bucket for each measured stage, whatever its name', () => {
    const stage = 'a:lb:1\u2028';
    const [counter = ''] = counters([{ op: 'recordLatency', stage, seconds: 0.25 }]);
    expect(parseBucketCounter(counter)).toEqual({ bucket: bucketOf(0.25), stage });
  });

  it('is kept under a key that names the experiment', () => {
    expect(experimentOf(countersKey('greeting.2', 'b'))).toBe('greeting.2');
  });
});

describe('the stages of a variant', () => {
  it('have names of their own up to a bound, and share one beyond it', () => {
    const names = new StageNames();
    const counted = Array.from({ length: 70 }, (_, index) => names.nameOf('one', `stage-${index}`));
    expect(new Set(counted).size).toBe(65);
    expect(counted.slice(64)).toEqual(Array(6).fill(OTHER_STAGES));
    expect(names.nameOf('one', 'stage-3')).toBe('stage-3');
    expect(names.nameOf('two', 'stage-69')).toBe('stage-69');
  });

  it('have names that a counter can hold', () => {
    const names = new StageNames();
    expect(names.nameOf('one', 'x'.repeat(200))).toBe('x'.repeat(200));
    expect(names.nameOf('one', 'x'.repeat(256))).toBe(OTHER_STAGES);
  });
});
