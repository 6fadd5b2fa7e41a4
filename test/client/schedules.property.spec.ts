import fc from 'fast-check';
import { LiveError, type LiveReceipt, ParleyLiveClient } from '../../src/client';
import { runProperty } from '../support/property';
import { type Fault, ScriptedServer } from './scripted-server';

const FAULTS: Fault[] = [
  'none',
  'dropped',
  'forgotten',
  'unsaid',
  'lost',
  'busy',
  'overturned',
  'slow',
  'ignored',
  'sentAway',
];

const schedule = fc.record({
  sessions: fc.integer({ min: 1, max: 3 }),
  batches: fc.integer({ min: 1, max: 8 }),
  wait: fc.constantFrom('accepted', 'durable'),
  catchUp: fc.constantFrom('changes', 'state'),
  /** What becomes of each frame, in the order in which they come in. */
  faults: fc.array(fc.constantFrom(...FAULTS), { maxLength: 24 }),
  /** Batches that the service refuses for good, whenever they come. */
  refused: fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { maxLength: 2 }),
  /** Others write as well, each time such a frame comes. */
  others: fc.array(fc.boolean(), { maxLength: 24 }),
});

type Schedule = typeof schedule extends fc.Arbitrary<infer S> ? S : never;

async function play({ sessions, batches, wait, catchUp, faults, refused, others }: Schedule): Promise<void> {
  const left = [...faults];
  const writes = [...others];
  const server = await ScriptedServer.start({
    catchUp,
    fault: ({ type, sessionId, batchId }) => {
      if (type === 'ops' && refused.includes(Number(batchId.split('-')[1]))) return 'refused';
      if (writes.shift()) server.write(sessionId, `others-${writes.length}`);
      const fault = left.shift() ?? 'none';
      return type === 'ops' || ['dropped', 'ignored', 'busy'].includes(fault) ? fault : 'none';
    },
  });
  const client = new ParleyLiveClient({
    url: server.url,
    backoff: { firstMs: 1, longestMs: 4 },
    ackTimeoutMs: 60,
    durableTimeoutMs: 120,
    closeTimeoutMs: 10_000,
  });
  try {
    await client.connect();
    await Promise.all(Array.from({ length: sessions }, (_, index) => writeAndCompare(`s${index}`)));
  } finally {
    await client.close();
    await server.close();
  }

  async function writeAndCompare(sessionId: string): Promise<void> {
    const told: number[] = [];
    const states: number[] = [];
    const refusals: string[] = [];
    const session = await client.attach(sessionId, {
      onChange: ({ revision }) => told.push(revision),
      onState: ({ revision }) => states.push(revision),
      onRefused: (batchId) => refusals.push(batchId),
    });
    const attachedAt = states[0] ?? Infinity;
    const ids = Array.from({ length: batches }, (_, index) => `b-${index}`);
    const answers = await Promise.allSettled(
      ids.map((batchId) =>
        wait === 'durable'
          ? session.apply([{ op: 'deleteContext', key: batchId }], { batchId })
          : session.apply([{ op: 'deleteContext', key: batchId }], { batchId, wait: 'accepted' }),
      ),
    );
    await session.detach();
    const expected = ids.filter((_, index) => !refused.includes(index));
    const { log } = server.session(sessionId);
    const ours = log.filter(({ source }) => source === 'live');
    expect(ours.map(({ batchId }) => batchId)).toEqual(expected);
    expect(ours.map(({ ops }) => ops)).toEqual(expected.map((key) => [{ op: 'deleteContext', key }]));
    for (const [index, answer] of answers.entries()) {
      if (answer.status === 'rejected') expect([answer.reason, index]).toEqual([expect.any(LiveError), index]);
      expect(answer.status).toBe(refused.includes(index) ? 'rejected' : 'fulfilled');
      if (answer.status === 'rejected' || wait === 'accepted') continue;
      const { batchId, revision, messages } = ours.find((applied) => applied.batchId === ids[index]) ?? {};
      expect(answer.value satisfies Partial<LiveReceipt>).toEqual({ batchId, revision, messages });
    }
    expect(refusals).toEqual([]);
    // Each change of others once and in order; none is missed but where a whole state stands in for it.
    const others = log.filter(({ source }) => source === 'http').map(({ revision }) => revision);
    expect(told).toEqual(
      catchUp === 'changes' ? others.filter((revision) => revision > attachedAt) : expect.anything(),
    );
    expect(told).toEqual([...new Set(told)].sort((left, right) => left - right));
  }
}

describe('the client of the live channel, whatever happens to its connection', () => {
  it(
    'brings every batch to the service once and in order, and settles every promise',
    () => runProperty('schedules of the live client', fc.asyncProperty(schedule, play), { numRuns: 80 }),
    120_000,
  );
});
