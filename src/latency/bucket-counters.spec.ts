import { bucketOf } from '../store/latency-buckets';
import { addBuckets, bucketCounter, parseBucketCounter } from './bucket-counters';

describe('the counters of log buckets', () => {
  it.each(['stt', 'a:lb:1', '__proto__', 'line\u2028separator', '1'])('hold any name of a stage: %j', (stage) => {
    for (const seconds of [0, 0.25, 1e9]) {
      expect(parseBucketCounter(bucketCounter(stage, seconds))).toEqual({ bucket: bucketOf(seconds), stage });
    }
  });

  it.each(['turns', 'lb:stt', 'lb:1.5:stt', 'over:stt', 'lb:1:'])('are told from others: %s', (counter) => {
    expect(parseBucketCounter(counter)).toBeUndefined();
  });

  it('add up by stage', () => {
    const stages = new Map([['stt', new Map([[3, 1]])]]);
    addBuckets(stages, new Map(Object.entries({ 'lb:3:stt': 2, 'lb:-7:stt': 1, 'lb:3:llm': 5, turns: 9 })));
    expect(stages).toEqual(
      new Map([
        ['stt', new Map([3, -7].map((bucket, index) => [bucket, index === 0 ? 3 : 1]))],
        ['llm', new Map([[3, 5]])],
      ]),
    );
  });
});
