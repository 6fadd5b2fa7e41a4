import { codeOf, idle, say } from '../../test/memo/memo.harness';
import { MemoServiceHarness } from '../../test/memo/memo-service.harness';
import { ParleyError } from '../common/parley-error';

describe('PersistMonitor', () => {
  let harness: MemoServiceHarness;
  beforeEach(async () => (harness = await MemoServiceHarness.open({ backoff: () => 600_000 })));
  afterEach(() => harness.close());

  const figures = () => harness.registry.metrics();

  it('counts, logs and shows a write that failed, until it is durable', async () => {
    const sessionId = await harness.memos.session();
    const memo = await harness.service.restore(sessionId);
    harness.store.writes.hold();
    say(memo, 'a secret');
    const persisted = memo.persist();
    (await harness.store.writes.next()).fail();
    await codeOf(persisted);
    expect(harness.monitor.failingSessions).toBe(1);
    expect(harness.service.pendingBytes).toBeGreaterThan(0);
    expect(await figures()).toContain('parley_persist_failures_total{code="store_unavailable"} 1');
    expect(await figures()).toContain('parley_persist_failing_sessions 1');
    const lost = { level: 'error', msg: 'a write failed; it is tried again', sessionId, code: 'store_unavailable' };
    expect(harness.log).toEqual([lost]);
    harness.store.writes.open();
    harness.memos.clock.advance(2);
    await memo.persist();
    await idle();
    expect(harness.monitor.failingSessions).toBe(0);
    expect(harness.service.pendingBytes).toBe(0);
    expect(harness.log[1]).toEqual({ level: 'log', msg: 'everything is written again', sessionId });
    expect(await figures()).toContain('parley_persist_failing_sessions 0');
    expect(await figures()).toMatch(/parley_persist_lag_seconds_sum 2\n/);
    expect(JSON.stringify(harness.log)).not.toContain('secret');
  });

  it('says of changes that are lost for good that they are, and does not go on showing them', async () => {
    const sessionId = await harness.memos.session();
    const memo = await harness.service.restore(sessionId);
    harness.store.writes.hold();
    say(memo, 'one');
    const persisted = memo.persist();
    (await harness.store.writes.next()).fail(new ParleyError('session_corrupt', 'It cannot be read.'));
    await codeOf(persisted);
    expect(harness.log).toEqual([
      { level: 'error', msg: 'a write failed; its unwritten changes are lost', sessionId, code: 'session_corrupt' },
    ]);
    expect(harness.monitor.failingSessions).toBe(0);
  });

  it('measures from the mutation, whatever time the caller gives its message', async () => {
    const memo = await harness.service.open('s-lag', 60);
    memo.appendToHistory('a', 'user', 'long ago', { at: 1 });
    memo.setContext('tier', 'gold');
    harness.memos.clock.advance(3);
    memo.setContext('tier', 'silver');
    await memo.persist();
    expect(await figures()).toMatch(/parley_persist_lag_seconds_sum 3\n/);
  });
});
