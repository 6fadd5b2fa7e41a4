import { codeOf, heard, idle, isOpen, MemoHarness, refusalOf, say } from '../../test/memo/memo.harness';
import { ParleyError } from '../common/parley-error';
import type { MemoManager } from './memo-manager';

describe('a memo whose store fails', () => {
  let harness: MemoHarness;
  let sessionId: string;
  let memo: MemoManager;

  beforeEach(async () => {
    harness = await MemoHarness.open();
    sessionId = await harness.session();
    memo = await harness.memo(sessionId, { backoff: () => 600_000 });
    harness.store.writes.hold();
  });
  afterEach(() => harness.close());

  const retrying = () => harness.memo(sessionId);

  it('rejects persist() and keeps the changes for the next try', async () => {
    say(memo, 'one');
    const persisted = memo.persist();
    (await harness.store.writes.next()).fail();
    expect(await codeOf(persisted)).toBe('store_unavailable');
    expect(memo.hasUnwritten).toBe(true);
    expect(heard(memo)).toEqual(['one']);
    say(memo, 'two');
    harness.store.writes.open();
    await memo.persist();
    expect(await harness.stored(sessionId)).toEqual(['one', 'two']);
  });

  it('counts and tells every failure, and then the recovery', async () => {
    say(memo, 'one');
    for (let count = 0; count < 2; count += 1) {
      const persisted = memo.persist();
      (await harness.store.writes.next()).fail();
      await codeOf(persisted);
    }
    expect(harness.failures).toEqual(['store_unavailable', 'store_unavailable']);
    expect(harness.recoveries).toEqual([]);
    harness.store.writes.open();
    await memo.persist();
    await idle();
    expect(harness.recoveries).toEqual([sessionId]);
  });

  it('takes a failure that is none of the known ones for one of the store', async () => {
    say(memo, 'one');
    const persisted = memo.persist();
    (await harness.store.writes.next()).fail(new TypeError('odd') as ParleyError);
    expect(await codeOf(persisted)).toBe('store_unavailable');
    expect(memo.hasUnwritten).toBe(true);
  });

  it('tries again by itself, after a delay for each attempt', async () => {
    const own = await retrying();
    say(own, 'one');
    own.persistBackground();
    for (let count = 0; count < 3; count += 1) (await harness.store.writes.next()).fail();
    await (await harness.store.writes.next()).pass();
    expect(harness.backoffs).toEqual([1, 2, 3]);
    expect(await harness.stored(sessionId)).toEqual(['one']);
    say(own, 'two');
    own.persistBackground();
    (await harness.store.writes.next()).fail();
    await (await harness.store.writes.next()).pass();
    expect(harness.backoffs).toEqual([1, 2, 3, 1]);
  });

  it('does not hurry a store that is away with background work', async () => {
    say(memo, 'one');
    memo.persistBackground();
    (await harness.store.writes.next()).fail();
    await idle();
    say(memo, 'two');
    memo.persistBackground();
    await idle();
    expect(harness.store.writes.calls).toHaveLength(1);
  });

  it('sends a write of unknown outcome again under the same id, and it is never doubled', async () => {
    const own = await retrying();
    say(own, 'one');
    const persisted = own.persist();
    const first = await harness.store.writes.next();
    await first.lose();
    expect(await codeOf(persisted)).toBe('store_unavailable');
    const second = await harness.store.writes.next();
    expect(second.subject.id).toBe(first.subject.id);
    expect(second.subject.ops).toEqual(first.subject.ops);
    await second.pass();
    await own.persist();
    expect(await harness.stored(sessionId)).toEqual(['one']);
    expect(heard(own)).toEqual(['one']);
  });

  it('keeps what has failed in front of what comes later, in batches of their own', async () => {
    say(memo, 'one');
    memo.persistBackground();
    const first = await harness.store.writes.next();
    first.fail();
    await idle();
    say(memo, 'two');
    const persisted = memo.persist();
    const again = await harness.store.writes.next();
    expect(again.subject).toBe(first.subject);
    await again.pass();
    expect(await isOpen(persisted)).toBe(true);
    await (await harness.store.writes.next()).pass();
    await persisted;
    expect(await harness.stored(sessionId)).toEqual(['one', 'two']);
  });

  it('ends an attempt with its first failure: what stood before is durable, what stood behind waits', async () => {
    say(memo, 'one');
    const first = memo.persist();
    say(memo, 'two');
    const second = memo.persist();
    say(memo, 'three');
    const third = memo.persist();
    await (await harness.store.writes.next()).pass();
    (await harness.store.writes.next()).fail();
    expect(await Promise.all([first, second, third].map(codeOf))).toEqual([
      'resolved',
      'store_unavailable',
      'store_unavailable',
    ]);
    expect(await harness.stored(sessionId)).toEqual(['one']);
    expect(heard(memo)).toEqual(['one', 'two', 'three']);
    harness.store.writes.open();
    await memo.persist();
    expect(await harness.stored(sessionId)).toEqual(['one', 'two', 'three']);
  });

  it('fails in the middle of a large submission, and repeats only what is missing', async () => {
    const contents = Array.from({ length: 600 }, (_, index) => `m${index}`);
    say(memo, ...contents);
    const persisted = memo.persist();
    await (await harness.store.writes.next()).pass();
    await (await harness.store.writes.next()).lose();
    expect(await codeOf(persisted)).toBe('store_unavailable');
    harness.store.writes.open();
    await memo.persist();
    expect(harness.store.writes.calls.map(({ ops }) => ops.length)).toEqual([256, 256, 256, 88]);
    expect(await harness.stored(sessionId)).toEqual(contents);
    expect(heard(memo)).toEqual(contents);
  });

  it('gives a persist() that came during a failing write a try of its own', async () => {
    say(memo, 'one');
    memo.persistBackground();
    const first = await harness.store.writes.next();
    say(memo, 'two');
    const persisted = memo.persist();
    first.fail();
    await (await harness.store.writes.next()).pass();
    await (await harness.store.writes.next()).pass();
    await persisted;
    expect(await harness.stored(sessionId)).toEqual(['one', 'two']);
  });

  describe('for good', () => {
    const refused = () => new ParleyError('session_corrupt', 'The session cannot be read.');

    it('tells every waiter why, gives the memory back and refuses mutations', async () => {
      say(memo, 'one');
      const first = memo.persist();
      const write = await harness.store.writes.next();
      say(memo, 'two');
      const second = memo.persist();
      const flushed = memo.flushPendingPersist();
      write.fail(refused());
      expect(await Promise.all([first, second, flushed].map(codeOf))).toEqual([
        'session_corrupt',
        'session_corrupt',
        'session_corrupt',
      ]);
      expect(refusalOf(() => say(memo, 'three'))).toBe('session_corrupt');
      expect(await codeOf(memo.persist())).toBe('session_corrupt');
      expect(memo.hasUnwritten).toBe(false);
      expect(harness.failures).toEqual(['session_corrupt']);
      expect(harness.recoveries).toEqual([]);
      expect(harness.store.writes.calls).toHaveLength(1);
    });

    it('does not recover from an earlier failure by it', async () => {
      say(memo, 'one');
      const persisted = memo.persist();
      (await harness.store.writes.next()).fail();
      await codeOf(persisted);
      const again = memo.persist();
      (await harness.store.writes.next()).fail(refused());
      expect(await codeOf(again)).toBe('session_corrupt');
      await idle();
      expect(harness.recoveries).toEqual([]);
    });
  });
});
