import { codeOf, heard, idle, isOpen, MemoHarness, refusalOf, say } from '../../test/memo/memo.harness';
import { until } from '../../test/support/until';
import { ParleyError } from '../common/parley-error';
import type { MemoManager } from './memo-manager';

describe('close', () => {
  let harness: MemoHarness;
  let sessionId: string;
  let memo: MemoManager;

  beforeEach(async () => {
    harness = await MemoHarness.open();
    sessionId = await harness.session();
    memo = await harness.memo(sessionId, { backoff: () => 600_000 });
  });
  afterEach(() => harness.close());

  it('writes what waits, stops listening and refuses mutations, and can still be read', async () => {
    say(memo, 'one');
    await memo.close();
    expect(await harness.stored(sessionId)).toEqual(['one']);
    expect(harness.store.watchers).toBe(0);
    expect(harness.closings).toBe(1);
    expect(refusalOf(() => say(memo, 'two'))).toBe('memo_closed');
    expect(refusalOf(() => memo.setContext('tier', 'gold'))).toBe('memo_closed');
    expect(heard(memo)).toEqual(['one']);
  });

  it('refuses mutations from the call on', async () => {
    harness.store.writes.hold();
    say(memo, 'one');
    const closed = memo.close();
    expect(refusalOf(() => say(memo, 'late'))).toBe('memo_closed');
    await (await harness.store.writes.next()).pass();
    await closed;
    expect(await harness.stored(sessionId)).toEqual(['one']);
  });

  it('waits for a write under way and for what stands behind it', async () => {
    harness.store.writes.hold();
    say(memo, 'one');
    memo.persistBackground();
    const first = await harness.store.writes.next();
    say(memo, 'two');
    const closed = memo.close();
    await first.pass();
    expect(await isOpen(closed)).toBe(true);
    expect(harness.store.watchers).toBe(1);
    await (await harness.store.writes.next()).pass();
    await closed;
    expect(await harness.stored(sessionId)).toEqual(['one', 'two']);
  });

  it('can be called again, together and later', async () => {
    say(memo, 'one');
    await Promise.all([memo.close(), memo.close()]);
    await memo.close();
    expect(harness.store.writes.calls).toHaveLength(1);
    expect(harness.closings).toBe(1);
  });

  it('rejects where the store fails, and another call tries again', async () => {
    harness.store.writes.hold();
    say(memo, 'one');
    const closed = memo.close();
    (await harness.store.writes.next()).fail();
    expect(await codeOf(closed)).toBe('store_unavailable');
    expect(harness.closings).toBe(0);
    harness.store.writes.open();
    await memo.close();
    expect(await harness.stored(sessionId)).toEqual(['one']);
    expect(harness.closings).toBe(1);
  });

  it('goes on trying by itself after it has rejected, and tells the recovery', async () => {
    const own = await harness.memo(sessionId);
    harness.store.writes.hold();
    say(own, 'one');
    const closed = own.close();
    (await harness.store.writes.next()).fail();
    expect(await codeOf(closed)).toBe('store_unavailable');
    await (await harness.store.writes.next()).pass();
    await idle();
    expect(await harness.stored(sessionId)).toEqual(['one']);
    expect(harness.closings).toBe(1);
    expect(harness.recoveries).toEqual([sessionId]);
  });

  it('goes on for a caller that stops waiting', async () => {
    harness.store.writes.hold();
    say(memo, 'one');
    const controller = new AbortController();
    const closed = memo.close({ signal: controller.signal });
    const write = await harness.store.writes.next();
    controller.abort();
    expect(await codeOf(closed)).toBe('wait_aborted');
    await write.pass();
    await idle();
    expect(harness.closings).toBe(1);
    expect(harness.store.watchers).toBe(0);
  });

  it('does not wait for a store that does not answer the end of listening, where the caller does not', async () => {
    const deaf = await harness.memo(sessionId, {
      store: Object.assign(Object.create(harness.store) as typeof harness.store, {
        watch: async () => () => new Promise<void>(() => undefined),
      }),
    });
    const controller = new AbortController();
    const closed = deaf.close({ signal: controller.signal });
    expect(await isOpen(closed)).toBe(true);
    controller.abort();
    expect(await codeOf(closed)).toBe('wait_aborted');
  });

  it('rejects where the last changes are refused for good, and is finished all the same', async () => {
    harness.store.writes.hold();
    say(memo, 'one');
    const closed = memo.close();
    (await harness.store.writes.next()).fail(new ParleyError('session_corrupt', 'It cannot be read.'));
    expect(await codeOf(closed)).toBe('session_corrupt');
    await idle();
    expect(harness.closings).toBe(1);
    expect(harness.store.watchers).toBe(0);
  });

  it('rejects where changes were lost before it', async () => {
    harness.store.writes.hold();
    say(memo, 'one');
    const persisted = memo.persist();
    (await harness.store.writes.next()).fail(new ParleyError('session_corrupt', 'It cannot be read.'));
    await codeOf(persisted);
    expect(await codeOf(memo.close())).toBe('session_corrupt');
    expect(harness.closings).toBe(1);
  });

  describe('of a session that has ended', () => {
    it('resolves where nothing was lost', async () => {
      await harness.other.end(sessionId);
      expect(refusalOf(() => say(memo, 'late'))).toBe('session_ended');
      await memo.close();
      expect(harness.closings).toBe(1);
      expect(harness.failures).toEqual([]);
    });

    it('tells what was lost, once', async () => {
      harness.store.writes.hold();
      say(memo, 'one');
      await harness.other.end(sessionId);
      harness.store.writes.open();
      expect(harness.failures).toEqual(['session_ended']);
      expect(await codeOf(memo.persist())).toBe('session_ended');
      expect(await codeOf(memo.close())).toBe('session_ended');
      expect(harness.closings).toBe(1);
    });

    it('tells who waits for a write, whatever becomes of it', async () => {
      harness.store.writes.hold();
      say(memo, 'one');
      const persisted = memo.persist();
      const write = await harness.store.writes.next();
      await harness.other.end(sessionId);
      await write.pass();
      expect(await codeOf(persisted)).toBe('session_ended');
      expect(harness.failures).toEqual(['session_ended']);
    });

    it('finishes a memo that was closing and could not write', async () => {
      harness.store.writes.hold();
      say(memo, 'one');
      const closed = memo.close();
      (await harness.store.writes.next()).fail();
      expect(await codeOf(closed)).toBe('store_unavailable');
      await harness.other.end(sessionId);
      harness.store.writes.open();
      await until(() => !memo.hasUnwritten);
      expect(harness.closings).toBe(1);
      expect(harness.store.watchers).toBe(0);
      expect(memo.hasUnwritten).toBe(false);
    });
  });
});
