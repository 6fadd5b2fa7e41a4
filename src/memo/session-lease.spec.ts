import { codeOf, MemoHarness } from '../../test/memo/memo.harness';
import type { MemoManager } from './memo-manager';

describe('the lease of a session', () => {
  let harness: MemoHarness;
  let mine: MemoManager;
  /** The same session in another process. */
  let theirs: MemoManager;
  let sessionId: string;
  beforeEach(async () => {
    harness = await MemoHarness.open();
    sessionId = await harness.session();
    mine = await harness.memo(sessionId);
    theirs = await harness.memo(sessionId, { store: harness.other });
  });
  afterEach(() => harness.close());

  it('is held by one at a time, in all processes', async () => {
    const lease = await mine.acquireLease('turn-1', 10);
    expect(await codeOf(theirs.acquireLease('turn-2', 10))).toBe('lease_held');
    expect(await codeOf(mine.acquireLease('turn-3', 10))).toBe('lease_held');
    mine.appendToHistory('a', 'user', 'Hello');
    lease.release();
    await mine.persist();
    const next = await theirs.acquireLease('turn-2', 10);
    expect([lease.fence, next.fence, lease.lost.aborted]).toEqual([1, 2, false]);
  });

  it('passes on to one alone of many who want it', async () => {
    const memos = [theirs, mine, await harness.memo(sessionId, { store: harness.other })];
    const outcomes = await Promise.all(memos.map((memo, index) => codeOf(memo.acquireLease(`turn-${index}`, 10))));
    expect(outcomes.sort()).toEqual(['lease_held', 'lease_held', 'resolved']);
  });

  it('is found free by who has not been told of its release', async () => {
    const lease = await theirs.acquireLease('turn-1', 10);
    expect(mine.revision).toBe(theirs.revision);
    harness.store.onFeed = () => undefined;
    lease.release();
    await theirs.persist();
    expect(await codeOf(mine.acquireLease('turn-2', 10))).toBe('resolved');
  });

  it('runs out where nobody prolongs it, and what is made under it then is withdrawn whole', async () => {
    const lease = await mine.acquireLease('stalled', 10);
    harness.store.onFeed = () => undefined;
    await harness.advance(10);
    const next = await theirs.acquireLease('turn-2', 10);
    theirs.appendToHistory('a', 'assistant', 'of the next turn');
    await theirs.persist();
    mine.appendToHistory('a', 'assistant', 'of the stalled turn');
    mine.setContext('stalled', true);
    expect(await codeOf(mine.persist())).toBe('lease_lost');
    expect([lease.lost.aborted, next.lost.aborted]).toEqual([true, false]);
    expect(harness.withdrawals).toEqual([['lease_lost', 2]]);
    expect(await harness.stored(sessionId)).toEqual(['of the next turn']);
    mine.setContext('stalled', 'still');
    expect(await codeOf(mine.persist())).toBe('lease_lost');
    lease.release();
    mine.setContext('later', 1);
    expect(await codeOf(mine.persist())).toBe('resolved');
    await mine.refresh();
    expect([mine.getContext('stalled'), mine.getHistory('a').length]).toEqual([undefined, 1]);
  });

  it('is prolonged by its holder, who is told when it is too late', async () => {
    const lease = await mine.acquireLease('turn-1', 10);
    await harness.advance(9);
    await lease.renew();
    await harness.advance(9);
    expect(await codeOf(theirs.acquireLease('turn-2', 10))).toBe('lease_held');
    await harness.advance(1);
    await theirs.acquireLease('turn-2', 10);
    expect(await codeOf(lease.renew())).toBe('lease_lost');
    expect(lease.lost.aborted).toBe(true);
  });

  it('that has run out is prolonged all the same where nobody has taken it', async () => {
    const lease = await mine.acquireLease('turn-1', 10);
    await harness.advance(60);
    expect(await codeOf(lease.renew())).toBe('resolved');
  });

  it('keeps what was mutated before it, under it and after it in their order', async () => {
    mine.appendToHistory('a', 'user', 'before');
    const lease = await mine.acquireLease('turn-1', 10);
    mine.appendToHistory('a', 'user', 'under');
    lease.release();
    mine.appendToHistory('a', 'user', 'after');
    await mine.persist();
    expect(await harness.stored(sessionId)).toEqual(['before', 'under', 'after']);
  });
});
